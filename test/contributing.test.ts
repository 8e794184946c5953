import { access, readFile } from 'node:fs/promises';
import { expect } from 'chai';

const root = new URL('../', import.meta.url);

/** What ends the name of a file in this repository. */
const file = /\.(cjs|js|json|md|mjs|sh|sql|tpl|ts|ya?ml)$/;

/** What is in backticks and names a file or a folder: not a command, a package or a word. */
function pathsOf(markdown: string): string[] {
  const quoted = [...markdown.matchAll(/`([^`\n]+)`/g)].map(([, text = '']) => text);
  return quoted.filter((text) => !/[\s@]/.test(text) && (text.includes('/') || file.test(text)));
}

/** Where the links to other files of the repository lead. */
function linksOf(markdown: string): string[] {
  const targets = [...markdown.matchAll(/\]\(([^)\s#]+)[^)]*\)/g)].map(([, target = '']) => target);
  return targets.filter((target) => !/^[a-z]+:/.test(target));
}

async function exists(path: string): Promise<boolean> {
  return access(new URL(path, root)).then(
    () => true,
    () => false,
  );
}

/** A path is one from the root, or one of the code, which CONTRIBUTING.md names from src on. */
async function isThere(path: string): Promise<boolean> {
  return (await exists(path)) || (await exists(`src/${path}`));
}

/** Those that lead nowhere. */
async function missing(paths: readonly string[], isFound: typeof exists): Promise<string[]> {
  const found = await Promise.all(paths.map(isFound));
  return paths.filter((_, index) => found[index] !== true);
}

describe('CONTRIBUTING.md', () => {
  let text: string;

  before(async () => {
    text = await readFile(new URL('CONTRIBUTING.md', root), 'utf8');
  });

  it('names only files and folders that exist', async () => {
    const paths = pathsOf(text);
    expect(paths).to.include('.ci/run');
    expect(await missing(paths, isThere)).to.deep.equal([]);
  });

  it('has every path of a file in backticks, so that it is looked for', () => {
    const bare = text.replaceAll(/```[\s\S]*?```|`[^`\n]+`|\[[^\]]*\]\([^)]*\)|https?:\S+/g, '');
    expect(bare.match(/[\w.-]+\/[\w./-]+\.[a-z]+|[\w-]+\.(?:js|md|ts|ya?ml)\b/g) ?? []).to.deep.equal([]);
  });

  it('links the changelog, the decisions and the templates, and nothing that is not there', async () => {
    const links = linksOf(text);
    expect(links).to.include.members([
      'CHANGELOG.md',
      'docs/adr/README.md',
      '.github/ISSUE_TEMPLATE/',
      '.github/pull_request_template.md',
      'SECURITY.md',
    ]);
    expect(await missing(links, exists)).to.deep.equal([]);
  });
});
