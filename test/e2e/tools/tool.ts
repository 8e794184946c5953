/** Finds the real programs the end-to-end tests run, or builds them. */
import { readdir } from 'node:fs/promises';
import { join } from 'node:path';
import { env } from 'node:process';
import { build } from './build.ts';
import { cacheFolder, findIn, findOnPath } from './lookup.ts';
import { installPython } from './python.ts';
import { pythonRecipes, recipes, type BuiltToolName, type PythonToolName, type ToolName } from './recipes.ts';

/** A tool that cannot be had here; the message says what is missing, in one sentence. */
export class MissingTool extends Error {
  override readonly name = 'MissingTool';
}

/**
 * The path of a tool: from the folder KUBEBUILDER_ASSETS, from PATH if its version fits, from the cache of tools
 * built before, or else built now.
 *
 * @throws MissingTool if it is nowhere and cannot be built
 */
export async function tool(name: ToolName, debian = debianFolders): Promise<string> {
  if (name === 'pgbouncer') return packaged(name, debian);
  if (name === 'chromium') return browser();
  if (name === 'postgres') return postgres(debian);
  return isPython(name) ? pythonTool(name) : builtTool(name);
}

function isPython(name: BuiltToolName | PythonToolName): name is PythonToolName {
  return Object.hasOwn(pythonRecipes, name);
}

async function pythonTool(name: PythonToolName): Promise<string> {
  const recipe = pythonRecipes[name];
  const cached = `${name}-${recipe.version}`;
  const found = (await findOnPath(name, recipe)) ?? (await findIn([cacheFolder()], cached));
  if (found !== undefined) return found;
  if (!(await findOnPath('python3')))
    throw new MissingTool(
      `${name} ${recipe.version} is not on PATH, and there is no python3 to install it with.`,
    );
  const path = join(cacheFolder(), cached);
  try {
    await installPython(name, recipe, path);
  } catch (cause) {
    throw new MissingTool(`${name} ${recipe.version} could not be installed: ${String(cause)}`, { cause });
  }
  return path;
}

async function builtTool(name: BuiltToolName): Promise<string> {
  const recipe = recipes[name];
  const assets = env['KUBEBUILDER_ASSETS'];
  const cached = `${name}-${recipe.version}`;
  return (
    (await findIn(assets ? [assets] : [], name)) ??
    (await findOnPath(name, recipe)) ??
    (await findIn([cacheFolder()], cached)) ??
    (await buildInto(cached, name))
  );
}

async function buildInto(cached: string, name: BuiltToolName): Promise<string> {
  const recipe = recipes[name];
  const path = join(cacheFolder(), cached);
  if (!(await findOnPath('go'))) {
    throw new MissingTool(
      `${name} ${recipe.version} is neither in KUBEBUILDER_ASSETS nor on PATH, and there is no Go on PATH to build it with.`,
    );
  }
  try {
    await build(name, recipe, path);
  } catch (cause) {
    throw new MissingTool(`${name} ${recipe.version} could not be built: ${String(cause)}`, { cause });
  }
  return path;
}

async function packaged(name: 'pgbouncer', { programs }: DebianFolders): Promise<string> {
  const path = (await findOnPath(name)) ?? (await findIn([programs], name));
  if (!path) throw new MissingTool(`${name} is not on PATH: apt-get install ${name} brings it.`);
  return path;
}

/** The names that a browser of Chromium's kind goes by, Debian's first. */
const browsers = ['chromium', 'chromium-browser', 'google-chrome'];

async function browser(): Promise<string> {
  for (const name of browsers) {
    const path = await findOnPath(name);
    if (path) return path;
  }
  throw new MissingTool('chromium is not on PATH: apt-get install chromium brings it.');
}

/** Where Debian has what is not on everybody's PATH. */
type DebianFolders = Readonly<{
  programs: string;
  /** The server's programs, initdb beside postgres: in one folder a version. */
  postgres: string;
}>;

const debianFolders: DebianFolders = Object.freeze({
  programs: '/usr/sbin',
  postgres: '/usr/lib/postgresql',
});

async function postgres({ postgres: debian }: DebianFolders): Promise<string> {
  const versions = await readdir(debian).catch(() => []);
  const folders = versions
    .toSorted((a, b) => Number(b) - Number(a))
    .map((version) => join(debian, version, 'bin'));
  const path = (await findIn(folders, 'postgres')) ?? (await findOnPath('postgres'));
  if (!path)
    throw new MissingTool(
      `postgres is neither below ${debian} nor on PATH: apt-get install postgresql brings it.`,
    );
  return path;
}
