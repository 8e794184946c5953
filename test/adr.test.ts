import { readFile, readdir } from 'node:fs/promises';
import { expect } from 'chai';

const folder = new URL('../docs/adr/', import.meta.url);
const read = (name: string): Promise<string> => readFile(new URL(name, folder), 'utf8');

/** What a decision may be; one that another replaces names it, and one may say what is missing. */
const status = /^- Status: (Proposed|Accepted(, not built yet)?|Rejected|Superseded by \d{4})$/m;

type Decision = Readonly<{ name: string; text: string }>;

describe('the decisions in docs/adr', () => {
  let decisions: readonly Decision[];

  before(async () => {
    const names = (await readdir(folder)).filter((name) => name !== 'README.md').sort();
    decisions = await Promise.all(names.map(async (name) => ({ name, text: await read(name) })));
    expect(decisions).to.not.be.empty;
  });

  it('are numbered from 0001 without a gap', () => {
    for (const [index, { name }] of decisions.entries())
      expect(name).to.match(new RegExp(`^${String(index + 1).padStart(4, '0')}(-[a-z0-9]+)+\\.md$`));
  });

  it('have a status, and a date that exists', () => {
    for (const { name, text } of decisions) {
      expect(text, name).to.match(status);
      const [, date = ''] = /^- Date: (\S+)$/m.exec(text) ?? [];
      expect(date, name).to.match(/^\d{4}-\d{2}-\d{2}$/);
      expect(new Date(date).toISOString(), name).to.equal(`${date}T00:00:00.000Z`);
    }
  });

  it('say the context, the decision and the consequences, on one screen', () => {
    for (const { name, text } of decisions) {
      const headings = [...text.matchAll(/^## (.+)$/gm)].map(([, heading]) => heading);
      expect(headings, name).to.deep.equal(['Context', 'Decision', 'Consequences']);
      expect(text.trimEnd().split('\n'), name).to.have.length.at.most(40);
    }
  });

  it('are all listed in their README, with title, status and date, and no other is', async () => {
    const rows = [...(await read('README.md')).matchAll(/^\| \[(.+)\]\((.+)\) +\| (.+?) +\| (.+?) +\|$/gm)];
    const listed = rows.map(([, title, name, state, date]) => [name, title, state, date]);
    const real = decisions.map(({ name, text }) => [
      name,
      /^# (.+)$/m.exec(text)?.[1],
      /^- Status: (.+)$/m.exec(text)?.[1],
      /^- Date: (.+)$/m.exec(text)?.[1],
    ]);
    expect(listed).to.deep.equal(real);
  });
});
