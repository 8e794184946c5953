import { readFile } from 'node:fs/promises';
import { expect } from 'chai';
import { parse } from 'yaml';
import { readAlerts, readDashboard, ruleCasesFiles, runbooksFile } from './files.ts';

type Cases = Readonly<{
  tests: readonly Readonly<{
    promql_expr_test: readonly Readonly<{ expr: string; exp_samples: readonly unknown[] }>[];
  }>[];
}>;

/** The sections of the runbooks, by the text of their headings. */
async function runbooks(): Promise<ReadonlyMap<string, string>> {
  const [, ...sections] = (await readFile(runbooksFile, 'utf8')).split(/^## /m);
  return new Map(sections.map((section) => [section.split('\n')[0] ?? '', section]));
}

describe('The alerts', () => {
  it('have one section each in the runbooks, and no section is left over', async () => {
    const names = (await readAlerts()).map(({ alert }) => alert);
    expect([...(await runbooks()).keys()]).to.deep.equal(names);
  });

  it('have runbooks that say what it means for customers, how to see it and what to do', async () => {
    for (const [name, section] of await runbooks()) {
      for (const part of ['What it means for customers', 'How to see it', 'What to do'])
        expect(section, name).to.contain(`**${part}.**`);
    }
  });

  it('have a summary, a description and a severity, and lead to their runbook and to the dashboard', async () => {
    const { uid } = await readDashboard();
    for (const { alert, labels, annotations } of await readAlerts()) {
      expect(labels['severity'], alert).to.be.oneOf(['critical', 'warning']);
      expect(annotations['summary'], alert).to.match(/^[A-Z].*[^.]$/);
      expect(annotations['description'], alert).to.match(/\.$/);
      expect(annotations['runbook_url'], alert).to.equal(`docs/runbooks.md#${alert.toLowerCase()}`);
      expect(annotations['dashboard'], alert).to.match(new RegExp(`^/d/${uid}\\?var-namespace=`));
    }
  });

  it('have a case for promtool that fires, and one that must not', async () => {
    const files = await Promise.all(ruleCasesFiles.map((file) => readFile(file, 'utf8')));
    const tests = files.flatMap((text) => (parse(text) as Cases).tests);
    const cases = tests.flatMap(({ promql_expr_test: expected }) => expected);
    for (const { alert } of await readAlerts()) {
      const own = cases.filter(({ expr }) => expr.includes(`"${alert}"`));
      expect(
        own.some(({ exp_samples: samples }) => samples.length > 0),
        `${alert} fires`,
      ).to.equal(true);
      expect(
        own.some(({ exp_samples: samples }) => samples.length === 0),
        `${alert} is silent`,
      ).to.equal(true);
    }
  });
});
