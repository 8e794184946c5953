import { existsSync } from 'node:fs';
import { expect } from 'chai';
import { bare, rowsOf } from './support/markdown.ts';
import { readText, root } from './support/pages.ts';

const threats = [
  'a leaked webhook secret',
  'a wrong template',
  'a replayed webhook',
  'an insider with kubectl',
  'an insider with the database',
  'an Omneo account that was taken over',
  'a stolen session of the console',
  'a leaked admin token',
];

/** Whether the file has a test, or a case for promtool, of exactly this name. */
async function hasTest(file: string, name: string): Promise<boolean> {
  if (!existsSync(`${root}/${file}`)) return false;
  const text = await readText(file);
  if (file.endsWith('.yaml')) return text.split('\n').includes(`  - name: ${name}`);
  return ["'", '"', '`'].some((quote) => text.includes(`it(${quote}${name}${quote},`));
}

describe('The page on security', () => {
  let rows: string[][];

  before(async () => {
    rows = rowsOf(await readText('docs/security.md'), 'threat', 'what stops it', 'shown by', 'test');
  });

  it('has every threat, with at least three things that stop it', () => {
    const named = Map.groupBy(rows, ([threat = '']) => threat);
    expect([...named.keys()]).to.deep.equal(threats);
    for (const [threat, those] of named) expect(those.length, threat).to.be.at.least(3);
  });

  it('says of each row what stops the threat, and names no test for a threat twice', () => {
    for (const [threat, stop = ''] of rows) expect(stop, threat).to.match(/[a-z]/);
    const tests = rows.map(([threat, , file, test]) => [threat, file, test].join(' '));
    expect(new Set(tests).size).to.equal(tests.length);
  });

  it('names tests that exist', async () => {
    const missing: string[] = [];
    for (const [, , file, test] of rows)
      if (!(await hasTest(bare(file), (test ?? '').replace(/^`|`$/g, '')))) missing.push(`${file} ${test}`);
    expect(missing).to.deep.equal([]);
  });
});
