import type { ReceivedSpan } from './spans.ts';

/** The span of a trace that has no parent in it. Throws unless there is one. */
export function rootOf(trace: readonly ReceivedSpan[]): ReceivedSpan {
  const ids = new Set(trace.map(({ spanId }) => spanId));
  const [root, ...others] = trace.filter(({ parentId }) => !ids.has(parentId));
  if (root === undefined || others.length > 0) throw new Error('a trace has one span without a parent');
  return root;
}

/** The spans of a trace by their names: a span begins behind its parent's, with two blanks more; the earliest first. */
export function treeOf(trace: readonly ReceivedSpan[]): readonly string[] {
  return placesOf(trace).map(({ depth, span }) => '  '.repeat(depth) + span.name);
}

/** The spans of a trace from its root on, each with how many there are above it. */
export function placesOf(
  trace: readonly ReceivedSpan[],
): readonly Readonly<{ depth: number; span: ReceivedSpan }>[] {
  const below = (span: ReceivedSpan, depth: number): { depth: number; span: ReceivedSpan }[] => [
    { depth, span },
    ...trace.filter(({ parentId }) => parentId === span.spanId).flatMap((child) => below(child, depth + 1)),
  ];
  return below(rootOf(trace), 0);
}
