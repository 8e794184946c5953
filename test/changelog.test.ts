import { readFile } from 'node:fs/promises';
import { expect } from 'chai';

/** The form of https://keepachangelog.com/en/1.1.0/: its headings, and its categories in the order of that page. */
const categories = ['Added', 'Changed', 'Deprecated', 'Removed', 'Fixed', 'Security'];
const released = /^\[(?<version>\d+\.\d+\.\d+)\] - (?<date>\d{4}-\d{2}-\d{2})$/;

type Section = Readonly<{ heading: string; body: string }>;

/** The parts of a Markdown text under each heading of one level. */
function sectionsOf(markdown: string, level: '##' | '###'): Section[] {
  const [, ...parts] = markdown.split(new RegExp(`^${level} `, 'm'));
  return parts.map((part) => {
    const [heading = '', ...lines] = part.split('\n');
    return { heading, body: lines.join('\n').trim() };
  });
}

const read = (path: string): Promise<string> => readFile(new URL(`../${path}`, import.meta.url), 'utf8');

describe('the changelog', () => {
  let releases: readonly Section[];

  const versions = (): string[] =>
    releases.flatMap(({ heading }) => released.exec(heading)?.groups?.['version'] ?? []);

  before(async () => {
    releases = sectionsOf(await read('CHANGELOG.md'), '##');
  });

  it('begins with what is not released yet, and gives every release a version and a date', () => {
    const [first, ...others] = releases.map(({ heading }) => heading);
    expect(first).to.equal('[Unreleased]');
    expect(others).to.not.be.empty;
    for (const heading of others) expect(heading).to.match(released);
  });

  it('has the newest release first, each of a day that exists', () => {
    const dates = releases.flatMap(({ heading }) => released.exec(heading)?.groups?.['date'] ?? []);
    for (const date of dates) expect(new Date(date).toISOString()).to.equal(`${date}T00:00:00.000Z`);
    expect(dates).to.deep.equal(dates.toSorted().reverse());
    const newestFirst = versions().toSorted((one, other) =>
      other.localeCompare(one, 'en', { numeric: true }),
    );
    expect(versions()).to.deep.equal(newestFirst);
    expect(new Set(versions()).size).to.equal(versions().length);
  });

  it('sorts the changes of a release into known categories, of which none is empty', () => {
    for (const { heading, body } of releases) {
      const parts = sectionsOf(body, '###');
      const names = parts.map((part) => part.heading);
      expect(names, heading).to.deep.equal(categories.filter((category) => names.includes(category)));
      for (const part of parts) expect(part.body, `${heading} ${part.heading}`).to.match(/^- /);
    }
  });

  it('says what every release has', () => {
    for (const { heading, body } of releases.slice(1)) expect(body, heading).to.match(/^### /m);
  });

  it('has a section for the version in package.json', async () => {
    const { version } = JSON.parse(await read('package.json')) as { version: string };
    expect(versions()).to.include(version);
  });
});
