/** Traces as a drawing of text, in which nothing differs from one run to the next. */
import type { ReceivedSpan } from './spans.ts';
import { childrenOf, rootOf } from './tree.ts';

/** One trace below the other, each as a tree; `numbered` names them. */
export function drawingOf(traces: readonly (readonly ReceivedSpan[])[]): string {
  const numbers = new Map(traces.map((trace, index) => [rootOf(trace).spanId, index + 1]));
  const lines = traces.map((trace) => linesOf(trace, numbers));
  const width = Math.max(...lines.flat().map(([name]) => name.length));
  const drawn = lines.map((ofTrace) =>
    ofTrace.map(([name, note]) => `${name.padEnd(width)}  ${note}`.trimEnd()),
  );
  return drawn.map((ofTrace, index) => [`trace ${index + 1}`, ...ofTrace].join('\n')).join('\n\n');
}

type Line = readonly [name: string, note: string];

function linesOf(trace: readonly ReceivedSpan[], numbers: ReadonlyMap<string, number>): readonly Line[] {
  const root = rootOf(trace);
  const children = childrenOf(trace, root);
  return [
    [root.name, noteOf(root, numbers)],
    ...children.map((child, index): Line => {
      const branch = index === children.length - 1 ? '└─' : '├─';
      return [`${branch} ${child.name}`, noteOf(child, numbers)];
    }),
  ];
}

/** What came of it, and which trace it is linked to. */
function noteOf({ attributes, isError, links }: ReceivedSpan, numbers: ReadonlyMap<string, number>): string {
  const said = [
    attributes['omneo_gateway.attempt'] && `attempt ${attributes['omneo_gateway.attempt']}`,
    attributes['http.response.status_code'],
    attributes['omneo_gateway.outcome'] ?? attributes['omneo_gateway.claim'],
    attributes['omneo_gateway.result'],
    attributes['omneo_gateway.reason'],
    isError && 'error',
    ...links.map(({ spanId }) => `linked to trace ${numbers.get(spanId) ?? '?'}`),
  ];
  return said.filter((word) => word !== undefined && word !== false && word !== '').join(', ');
}
