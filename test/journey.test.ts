import { execFile } from 'node:child_process';
import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { expect } from 'chai';
import { bounds } from '../scripts/journey.ts';

const root = join(import.meta.dirname, '..');

/** The rows of the tables that the script prints, each cell by itself. */
async function printed(): Promise<string[][]> {
  const script = join(root, 'scripts/journey.ts');
  // The script changes the code as it loads it: its lines are not those that c8 counts.
  const env = { ...process.env, NODE_V8_COVERAGE: undefined };
  const { stdout } = await promisify(execFile)(process.execPath, [script, '--list', '--shape'], { env });
  return stdout.split('\n').map((line) => line.split(/ {2,}/));
}

describe('npm run journey', () => {
  let rows: string[][];

  before(async function () {
    this.timeout(120_000);
    rows = await printed();
  });

  /** The files of a journey, in the order of the list. */
  function filesOf(journey: string): string[] {
    const start = rows.findIndex(([name]) => name === `${journey}:`) + 3;
    const length = rows.slice(start).findIndex(([file]) => file === '');
    return rows.slice(start, start + length).map(([file = '']) => file);
  }

  for (const [journey, most] of Object.entries(bounds)) {
    describe(`of ${journey}`, () => {
      it('goes through no more files, functions and hops than it did', () => {
        const [, ...figures] = rows.find(([name]) => name === journey) ?? [];
        const [files, functions, hops] = figures.map(Number);
        expect(files).to.be.within(1, most.files);
        expect(functions).to.be.within(1, most.functions);
        expect(hops).to.be.within(1, most.hops);
      });

      it('names as many files as it counts, and each exists', () => {
        const files = filesOf(journey);
        expect(rows.find(([name]) => name === journey)?.[1]).to.equal(String(files.length));
        expect(files.filter((file) => !existsSync(join(root, file)))).to.deep.equal([]);
      });
    });
  }

  it('follows a webhook through the app, the payload and the deliverer to the client of Omneo', () => {
    const files = filesOf('a created webhook');
    for (const name of [/\/app\.ts$/, /\/payload\.ts$/, /\/deliverer\.ts$/, /\/omneo\/client\/client\.ts$/])
      expect(
        files.filter((file) => name.test(file)),
        String(name),
      ).to.have.length(1);
  });

  it('follows a change from the watch to the registry and the status', () => {
    const files = filesOf('a changed OmneoTenant').map((file) => file.replace(/^.*\//, ''));
    const way = files.filter((name) => ['watch.ts', 'registry.ts', 'status.ts'].includes(name));
    expect(way).to.deep.equal(['watch.ts', 'registry.ts', 'status.ts']);
  });

  it('says with --shape how long functions are and how many files share a folder', () => {
    const figure = (start: string): number =>
      Number(rows.find(([name]) => name?.startsWith(start) === true)?.[1]);
    const [median, p90, max] = ['median', 'p90', 'max'].map((which) =>
      figure(which === 'max' ? 'lines of a function, max' : `lines of a function longer than one, ${which}`),
    );
    expect(median).to.be.greaterThan(1);
    expect(p90).to.be.greaterThan(median ?? 0);
    expect(max).to.be.greaterThan(p90 ?? 0);
    expect(figure('files side by side')).to.be.greaterThan(1);
  });
});
