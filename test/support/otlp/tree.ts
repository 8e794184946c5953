import type { ReceivedSpan } from './spans.ts';

/** A span's begin is told in whole milliseconds, so that what follows may seem to begin before what it waited for has ended. */
const blur = 2_000_000n;

/** The span of a trace that has no parent in it. Throws unless there is one. */
export function rootOf(trace: readonly ReceivedSpan[]): ReceivedSpan {
  const ids = new Set(trace.map(({ spanId }) => spanId));
  const [root, ...others] = trace.filter(({ parentId }) => !ids.has(parentId));
  if (root === undefined || others.length > 0) throw new Error('a trace has one span without a parent');
  return root;
}

/** The spans below one, the earliest first; two that went on side by side by their names. */
export function childrenOf(trace: readonly ReceivedSpan[], parent: ReceivedSpan): readonly ReceivedSpan[] {
  const children = trace.filter(({ parentId }) => parentId === parent.spanId);
  return children.reduce<ReceivedSpan[]>((sorted, span) => {
    const last = sorted.at(-1);
    const isBeside = last !== undefined && span.start + blur < last.end;
    if (isBeside && span.name < last.name) sorted.splice(-1, 0, span);
    else sorted.push(span);
    return sorted;
  }, []);
}

/** The spans of a trace by their names, each behind its parent's with two blanks more. */
export function treeOf(trace: readonly ReceivedSpan[]): readonly string[] {
  const below = (span: ReceivedSpan, indent: string): string[] => [
    indent + span.name,
    ...childrenOf(trace, span).flatMap((child) => below(child, `${indent}  `)),
  ];
  return below(rootOf(trace), '');
}
