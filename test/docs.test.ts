import { readFile } from 'node:fs/promises';
import { expect } from 'chai';
import { settings } from '../src/config/config.ts';
import { problems } from '../src/lib/problem.ts';
import { createMetrics } from '../src/telemetry/metrics.ts';
import { Registry } from '../src/tenants/registry.ts';
import { startGateway } from './support/gateway.ts';
import { textOf } from './support/prometheus.ts';

function cellsOf(line: string): string[] {
  const inner = line.trim().replace(/^\|/, '').replace(/\|$/, '');
  return inner.split(/(?<!\\)\|/).map((cell) => cell.trim());
}

/** Cells of the first table whose heading row begins with these heads. */
function tableOf(markdown: string, ...heads: string[]): string[][] {
  const lines = markdown.split('\n');
  const start = lines.findIndex((line) => heads.every((head, column) => cellsOf(line)[column] === head));
  expect(start, `a table that begins with ${heads.join(', ')}`).to.be.greaterThan(-1);
  const rows = lines.slice(start + 2);
  return rows
    .slice(
      0,
      rows.findIndex((line) => !line.startsWith('|')),
    )
    .map(cellsOf);
}

const bare = (cell: string | undefined): string => (cell ?? '').replaceAll('`', '');

describe('the README', () => {
  let readme: string;

  before(async () => {
    readme = await readFile(new URL('../README.md', import.meta.url), 'utf8');
  });

  it('lists every error code with its status, and none that does not exist', () => {
    const documented = tableOf(readme, 'code', 'status', 'Klaviyo').map(([code, status, klaviyo]) => [
      bare(code),
      Number(status),
      klaviyo,
    ]);
    const retried = new Set([429, 500, 502, 503]);
    const real = Object.entries(problems).map(([code, { status }]) => [
      code,
      status,
      retried.has(status) ? 'tries again' : 'drops it',
    ]);
    expect(documented).to.deep.equal(real);
  });

  it('says what to do about every error code, by its status, and about none that does not exist', () => {
    const symptoms = tableOf(readme, 'symptom', 'what it means').flatMap(([symptom]) => {
      const [named] = /^\d{3} \w+/.exec(bare(symptom)) ?? [];
      expect(named !== undefined || !/^\d/.test(symptom ?? ''), `a code in "${symptom ?? ''}"`).to.equal(
        true,
      );
      return named === undefined ? [] : [named];
    });
    const real = Object.entries(problems).map(([code, { status }]) => `${status} ${code}`);
    expect([...new Set(symptoms)]).to.have.members(real);
  });

  it('lists every variable with its default and its meaning', () => {
    const documented = tableOf(readme, 'variable', 'default').map(([variable, initial, help]) => [
      bare(variable),
      initial === 'unset' ? '' : bare(initial),
      help,
    ]);
    const real = Object.values(settings).map(({ variable, initial, help }) => [variable, initial, help]);
    expect(documented).to.deep.equal(real);
  });

  it('lists every metric with its labels', async () => {
    const documented = new Map(
      tableOf(readme, 'metric', 'labels')
        .filter(([name]) => bare(name).startsWith('omneo_gateway_'))
        .map(([name, labels]) => [bare(name), bare(labels)]),
    );
    const text = await textOf(createMetrics(new Registry(), '0'));
    const real = [...text.matchAll(/^# TYPE (omneo_gateway_\S+)/gm)].map(([, name]) => name);
    expect([...documented.keys()]).to.have.members(real);
  });

  it('lists every key of a log line', async () => {
    const documented = tableOf(readme, 'key', 'meaning').flatMap(([keys]) => bare(keys).split(', '));
    const gateway = await startGateway();
    await gateway.post('nobody', {});
    await gateway.stop();
    const line = gateway.logs.find(({ msg }) => msg === 'webhook');
    expect(documented).to.have.members(Object.keys(line ?? {}));
  });
});
