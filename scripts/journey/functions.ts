import ts from 'typescript';

/** A function that has a body: declared, a method, an arrow, a constructor or an accessor. */
export type FunctionNode = ts.FunctionLikeDeclaration & { readonly body: ts.ConciseBody };

/** The tree of one TypeScript file; each node knows its parent. */
export function parse(file: string, text: string): ts.SourceFile {
  return ts.createSourceFile(file, text, ts.ScriptTarget.Latest, true);
}

export function isFunction(node: ts.Node): node is FunctionNode {
  return ts.isFunctionLike(node) && 'body' in node && node.body !== undefined;
}

/** Its own name, or that of the variable or member that it is the value of, and where it begins. */
export function labelOf(node: FunctionNode): string {
  const tree = node.getSourceFile();
  const { line, character } = tree.getLineAndCharacterOfPosition(node.getStart(tree));
  return `${nameOf(node)}:${line + 1}:${character + 1}`;
}

function nameOf(node: FunctionNode): string {
  if (ts.isConstructorDeclaration(node)) return 'constructor';
  const { parent } = node;
  const isValue = ts.isVariableDeclaration(parent) || ts.isPropertyAssignment(parent);
  const name = node.name ?? (isValue || ts.isPropertyDeclaration(parent) ? parent.name : undefined);
  return name?.getText() ?? 'callback';
}
