import ts from 'typescript';
import { type FunctionNode, isFunction, labelOf, parse } from './functions.ts';

/** Replaces what lies between two offsets; nothing, if they are the same. */
type Edit = Readonly<{ from: number; to: number; text: string }>;

/** Where an instrumented file finds the recorder, and the name that it gives itself. */
export type Names = Readonly<{ file: string; recorder: string }>;

/**
 * The same TypeScript with the body of each function handed to the recorder, on the same lines. What a function does,
 * returns and throws, and in which order promises settle, stays as it is.
 *
 * Default values of parameters and of fields are no part of a body: what they call is called by the caller.
 */
export function instrument(text: string, { file, recorder }: Names): string {
  const edits: Edit[] = [];
  const visit = (node: ts.Node): void => {
    if (!isFunction(node)) {
      ts.forEachChild(node, visit);
      return;
    }
    const { before, after } = wrapping(node, file);
    edits.push(...before);
    ts.forEachChild(node, visit);
    edits.push(after);
  };
  visit(parse(file, text));
  return `import { recorder as __recorder } from ${JSON.stringify(recorder)}; ${apply(edits, text)}`;
}

/** Of edits at one place, those of an outer function begin first and end last: the order in which they were made. */
function apply(edits: readonly Edit[], text: string): string {
  let [result, at] = ['', 0];
  for (const { from, to, text: insert } of edits.toSorted((a, b) => a.from - b.from)) {
    result += text.slice(at, from) + insert;
    at = to;
  }
  return result + text.slice(at);
}

/**
 * A body becomes an arrow, since an arrow leaves `this`, `super` and `arguments` as they are. `async` and `*` move on
 * to the new function.
 */
function wrapping(node: FunctionNode, file: string): Readonly<{ before: readonly Edit[]; after: Edit }> {
  const { body } = node;
  const isBlock = ts.isBlock(body);
  const from = isBlock ? body.getStart() + 1 : body.getStart();
  const to = isBlock ? body.end - 1 : body.end;
  const { head, tail, method } = wrapper(node);
  const call = `__recorder.${method}(${JSON.stringify(file)}, ${JSON.stringify(labelOf(node))}, ${head}`;
  const [give, end] = isBlock ? [ts.isConstructorDeclaration(node) ? ' ' : ' return ', ';'] : ['', ''];
  const [open, close] = isBlock ? ['', ''] : ['return (', ');'];
  return {
    before: [
      ...movedTokens(node).map((token) => blank(token)),
      { from, to: from, text: `${give}${call} try { ${open}` },
    ],
    after: { from: to, to, text: `${close} } finally { __end(); } ${tail})${end}` },
  };
}

function wrapper(node: FunctionNode): Readonly<{ head: string; tail: string; method: string }> {
  const isAsync = modifiersOf(node).some(({ kind }) => kind === ts.SyntaxKind.AsyncKeyword);
  const word = isAsync ? 'async ' : '';
  if (node.asteriskToken === undefined) return { head: `${word}(__end) => {`, tail: '}', method: 'enter' };
  // There is no arrow that is a generator.
  if (/\b(super|arguments)\b/.test(node.body.getText()))
    throw new Error(`${labelOf(node)}: super or arguments in a generator cannot be instrumented`);
  return { head: `(__end) => (${word}function* () {`, tail: '}).call(this)', method: 'enterGenerator' };
}

function movedTokens(node: FunctionNode): readonly ts.Node[] {
  const async = modifiersOf(node).filter(({ kind }) => kind === ts.SyntaxKind.AsyncKeyword);
  return node.asteriskToken === undefined ? async : [...async, node.asteriskToken];
}

function modifiersOf(node: FunctionNode): readonly ts.Modifier[] {
  return (ts.canHaveModifiers(node) ? ts.getModifiers(node) : undefined) ?? [];
}

function blank(token: ts.Node): Edit {
  return { from: token.getStart(), to: token.end, text: ' '.repeat(token.getWidth()) };
}
