import type { ReceivedSpan } from './spans.ts';

/** The names of the spans of a trace, each below its parent, as `name > name`; children in the order of their beginnings. */
export function treeOf(spans: readonly ReceivedSpan[]): readonly string[] {
  const ids = new Set(spans.map(({ spanId }) => spanId));
  const below = (parent: ReceivedSpan, indent: string): string[] =>
    spans
      .filter(({ parentId }) => parentId === parent.spanId)
      .flatMap((child) => [indent + child.name, ...below(child, `${indent}  `)]);
  const roots = spans.filter(({ parentId }) => !ids.has(parentId));
  return roots.flatMap((root) => [root.name, ...below(root, '  ')]);
}
