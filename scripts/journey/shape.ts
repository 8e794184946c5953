import { readFile, readdir } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import ts from 'typescript';
import { isFunction, parse } from './functions.ts';

/** How the source is cut. */
export type Shape = Readonly<{
  /** Lines of the functions that have more than one, in ascending order. */
  lengths: readonly number[];
  /** The folder with the most files side by side. */
  fullest: Readonly<{ folder: string; files: number }>;
  /** Names that more than one file declares and exports, each with those files. */
  twice: ReadonlyMap<string, readonly string[]>;
  /** Files that export a type by a name that says nothing outside of its file: `Parts` or `Options`. */
  unqualified: readonly string[];
}>;

type Exported = Readonly<{ file: string; name: string; isType: boolean }>;

/** Of all TypeScript in a folder and in those below it. */
export async function shapeOf(folder: string): Promise<Shape> {
  const trees = await Promise.all(
    (await readdir(folder, { recursive: true }))
      .filter((file) => file.endsWith('.ts'))
      .toSorted()
      .map(async (file) => parse(file, await readFile(join(folder, file), 'utf8'))),
  );
  const exported = trees.flatMap(exportsOf);
  const isUnqualified = ({ name, isType }: Exported) => isType && ['Parts', 'Options'].includes(name);
  return {
    lengths: trees.flatMap(lengthsOf).toSorted((a, b) => a - b),
    fullest: fullestOf(trees.map(({ fileName }) => dirname(fileName))),
    twice: twiceOf(exported),
    unqualified: exported.filter(isUnqualified).map(({ file }) => file),
  };
}

/** The smallest value that this share of the values, given in ascending order, does not exceed. */
export function quantile(sorted: readonly number[], share: number): number {
  return sorted[Math.max(0, Math.ceil(share * sorted.length) - 1)] ?? 0;
}

function lengthsOf(tree: ts.SourceFile): readonly number[] {
  const lengths: number[] = [];
  const lineOf = (position: number): number => tree.getLineAndCharacterOfPosition(position).line;
  const visit = (node: ts.Node): void => {
    const lines = lineOf(node.end) - lineOf(node.getStart(tree)) + 1;
    if (isFunction(node) && lines > 1) lengths.push(lines);
    ts.forEachChild(node, visit);
  };
  visit(tree);
  return lengths;
}

function fullestOf(folders: readonly string[]): Shape['fullest'] {
  const sizes = [...Map.groupBy(folders, (folder) => folder)].map(([folder, files]) => ({
    folder,
    files: files.length,
  }));
  return sizes.toSorted((a, b) => b.files - a.files)[0] ?? { folder: '', files: 0 };
}

function twiceOf(exported: readonly Exported[]): Shape['twice'] {
  const byName = [...Map.groupBy(exported, ({ name }) => name)].map(
    ([name, each]) => [name, [...new Set(each.map(({ file }) => file))]] as const,
  );
  return new Map(byName.filter(([, files]) => files.length > 1));
}

/** What a file declares and exports; what it hands on from another file is that file's. */
function exportsOf(tree: ts.SourceFile): readonly Exported[] {
  return tree.statements.flatMap((statement) => {
    const modifiers = ts.canHaveModifiers(statement) ? ts.getModifiers(statement) : undefined;
    if (!modifiers?.some(({ kind }) => kind === ts.SyntaxKind.ExportKeyword)) return [];
    const isType = ts.isTypeAliasDeclaration(statement) || ts.isInterfaceDeclaration(statement);
    return namesOf(statement).map((name) => ({ file: tree.fileName, name: name.getText(tree), isType }));
  });
}

function namesOf(statement: ts.Statement): readonly ts.Node[] {
  if (ts.isVariableStatement(statement))
    return statement.declarationList.declarations.map(({ name }) => name);
  const isNamed =
    ts.isTypeAliasDeclaration(statement) ||
    ts.isInterfaceDeclaration(statement) ||
    ts.isFunctionDeclaration(statement) ||
    ts.isClassDeclaration(statement) ||
    ts.isEnumDeclaration(statement);
  return isNamed && statement.name !== undefined ? [statement.name] : [];
}
