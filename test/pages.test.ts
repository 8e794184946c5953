import { existsSync } from 'node:fs';
import { join, posix } from 'node:path';
import { expect } from 'chai';
import { commandsOf, linksOf } from './support/markdown.ts';
import { brokenLinks, readText, readPages, root } from './support/pages.ts';

const nothing = (): boolean => false;

/** The links of one page, `a/b.md`, that lead nowhere while only this page and `a/c.md` are there. */
function brokenIn(markdown: string): string[] {
  return brokenLinks(
    new Map([
      ['a/b.md', markdown],
      ['a/c.md', '# Über `it`: once\n## Twice\n## Twice\n'],
    ]),
    nothing,
  );
}

describe('The links between pages', () => {
  let pages: ReadonlyMap<string, string>;

  before(async () => {
    pages = await readPages();
  });

  it('all lead to a file that there is, and to a heading that it has', () => {
    expect(brokenLinks(pages, (path) => existsSync(join(root, path)))).to.deep.equal([]);
  });

  it('are found to be broken when the file or the heading is not there', () => {
    expect(brokenIn('[x](c.md) [y](#no) [z](d.md)\n[`w`](../a/c.md#no)')).to.deep.equal([
      'a/b.md: #no',
      'a/b.md: d.md',
      'a/b.md: ../a/c.md#no',
    ]);
    expect(brokenIn('[out](../../c.md)')).to.deep.equal(['a/b.md: ../../c.md']);
  });

  it('go by the anchors that GitHub makes of headings', () => {
    expect(brokenIn('[x](c.md#über-it-once) [y](c.md#twice) [z](c.md#twice-1)')).to.deep.equal([]);
    expect(brokenIn('[x](c.md#twice-2)')).to.deep.equal(['a/b.md: c.md#twice-2']);
  });

  it('are none that only code holds, and no addresses of the web', () => {
    expect(brokenIn('`[x](no.md)` [y](https://example.com/#no)\n```sh\n[z](no.md)\n```\n')).to.deep.equal([]);
  });

  it('lead from the README to every page in docs', () => {
    const reached = linksOf(pages.get('README.md') ?? '').map((target) => posix.normalize(target));
    const docs = [...pages.keys()].filter((path) => posix.dirname(path) === 'docs');
    expect(docs).to.have.length.above(10);
    expect(reached).to.include.members(docs);
  });
});

/** What runs the commands below each heading, as they stand there. */
const runners: Readonly<Record<string, Readonly<Record<string, string>>>> = {
  'README.md': {
    'Try it': '.ci/run',
    'A tenant from nothing to the first reward': 'test/readme.test.ts',
    'Install on Kubernetes': 'test/e2e/node.test.ts',
  },
  'CONTRIBUTING.md': { 'Setting up': '.ci/run' },
  'charts/omneo-gateway/README.md': {
    'By hand': 'test/e2e/node.test.ts',
    'By an autoscaler': 'test/e2e/node.test.ts',
  },
  'docs/cli.md': {
    'Where it asks, and as whom': 'test/cli/docs.test.ts',
    'Listing deliveries': 'test/cli/docs.test.ts',
    'Watching a back-fill': 'test/cli/docs.test.ts',
    'Showing one delivery': 'test/cli/docs.test.ts',
    Replaying: 'test/cli/docs.test.ts',
    Discarding: 'test/cli/docs.test.ts',
    'Listing tenants': 'test/cli/docs.test.ts',
    'Rehearsing a webhook': 'test/cli/docs.test.ts',
    'Forgetting a person': 'test/cli/docs.test.ts',
  },
  'docs/guardrails.md': { 'Stopping everything': 'test/e2e/docs.test.ts' },
  'docs/install.md': {
    Install: 'test/e2e/node.test.ts',
    Upgrade: 'test/e2e/node.test.ts',
    'Dashboard and alerts': 'test/e2e/node.test.ts',
    Uninstall: 'test/e2e/node.test.ts',
  },
  'docs/operating.md': {
    'Rotating the keys in a file': 'test/ledger/seal/rotation.test.ts',
    'Rotating the keys in a cluster': 'test/e2e/docs.test.ts',
  },
  'docs/kubernetes.md': {
    'From nothing to the first reward': 'test/e2e/docs.test.ts',
    'Rotating a secret without losing a webhook': 'test/e2e/docs.test.ts',
    'Suspending a tenant': 'test/e2e/docs.test.ts',
    'Reading conditions': 'test/e2e/docs.test.ts',
    'Clearing the try-out away': 'test/e2e/docs.test.ts',
  },
};

describe('The commands on the pages', () => {
  /** The blocks that can be run as they stand, by page and heading; a placeholder is written <like this>. */
  async function blocks(): Promise<[page: string, heading: string, commands: string][]> {
    return [...(await readPages())].flatMap(([page, markdown]) =>
      [...commandsOf(markdown)].flatMap(([heading, texts]) =>
        texts
          .filter((text) => !/<[a-z]+>/.test(text))
          .map((text): [string, string, string] => [page, heading, text]),
      ),
    );
  }

  it('are all run by a test or by CI', async () => {
    const found = (await blocks()).map(([page, heading]) => `${page}#${heading}`);
    const known = Object.entries(runners).flatMap(([page, headings]) =>
      Object.keys(headings).map((heading) => `${page}#${heading}`),
    );
    expect([...new Set(found)]).to.have.members(known);
  });

  it('are in the file that is said to run them', async () => {
    for (const [page, heading, text] of await blocks()) {
      const runner = runners[page]?.[heading] ?? '';
      const program = await readText(runner);
      const parts = runner === '.ci/run' ? text.trim().split('\n') : [`'${heading}'`];
      for (const part of parts) expect(program, `${page}#${heading}`).to.contain(part);
    }
  });

  it('have placeholders only where nobody can know the value: in the runbooks', async () => {
    const pages = [...(await readPages())].filter(([, markdown]) =>
      [...commandsOf(markdown).values()].flat().some((text) => /<[a-z]+>/.test(text)),
    );
    expect(pages.map(([page]) => page)).to.deep.equal(['docs/runbooks.md']);
  });
});
