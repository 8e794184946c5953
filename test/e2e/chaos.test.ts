import { expect } from 'chai';
import { randomInt } from 'node:crypto';
import { chmod } from 'node:fs/promises';
import { join } from 'node:path';
import { knownActions } from '../chaos/actions/actions.ts';
import { needTools } from './needs.ts';
import { startProcess } from './process.ts';
import { temporaryFolder } from './folder.ts';
import { type Outcome, run } from './run.ts';
import { eventually } from './time.ts';

const main = join(import.meta.dirname, '../chaos/main.ts');

/** A whole run; what it says is printed, since that is where its seed and its histories are named. */
async function chaos(...args: string[]): Promise<Outcome> {
  const outcome = await run(process.execPath, [main, ...args], { timeoutMs: 6 * 60_000 });
  if (outcome.code !== 0) console.log(outcome.stdout, outcome.stderr);
  return outcome;
}

/** Why a run failed, where a cut log still shows it: how to repeat it, and what it found wrong. */
function complaint({ stdout, stderr }: Outcome, args: readonly string[]): string {
  const wrong = stdout.split('\n').filter((line) => line.endsWith(' WRONG') || line.startsWith('seed '));
  return [`npm run chaos -- ${args.join(' ')}`, ...wrong, stderr].join('\n');
}

/** The figure in a run's table; of several with its name the first, or the one under a heading. */
function figure({ stdout }: Outcome, name: string, heading?: string): number {
  const rows = heading === undefined ? stdout : rowsUnder(heading, stdout);
  const count = new RegExp(` ${name} +([\\d,]+)`).exec(rows)?.[1];
  return Number(count?.replaceAll(',', ''));
}

function rowsUnder(heading: string, table: string): string {
  const [, rows = ''] = table.split(`\n${heading} `);
  return rows.split(/\n(?=\S)/)[0] ?? '';
}

/** Both checkers have to have seen them. */
function expectDoubles(outcome: Outcome | undefined, heading?: string): void {
  if (outcome === undefined) throw new Error('the run did not end');
  const printed = outcome.stdout + outcome.stderr;
  expect(outcome.code, printed).to.equal(1);
  expect(figure(outcome, 'doubled', heading), printed).to.be.above(0);
  expect(figure(outcome, 'created more often than sent', heading), printed).to.be.above(0);
}

async function childrenOf(pid: number): Promise<string[]> {
  const { stdout } = await run('ps', ['-o', 'pid=', '--ppid', String(pid)]);
  return stdout.split('\n').filter((line) => line.trim() !== '');
}

describe('the chaos run', () => {
  before(async function () {
    await needTools(this, 'postgres');
  });

  it('issues 3,000 webhooks exactly once each while everything fails', async function () {
    this.timeout(4 * 60_000);
    const args = ['--webhooks', '3000', '--seed', '11', '--minutes', '2.8'];
    const outcome = await chaos(...args);
    expect(outcome.code, complaint(outcome, args)).to.equal(0);
    expect([figure(outcome, 'webhooks'), figure(outcome, 'rewards')]).to.deep.equal([3000, 3000]);
  });

  // Side by side, since each of them spends its time on waiting.
  describe('with seeds that nobody chose', () => {
    const durable = ['--webhooks', '600', '--minutes', '2.8', '--mode', 'durable', '--ledger'];
    const kinds = {
      synchronous: ['--webhooks', '600', '--minutes', '2.8'],
      sqlite: [...durable, 'sqlite'],
      postgres: [...durable, 'postgres'],
    };
    type Kind = keyof typeof kinds;
    let runs: Readonly<Record<Kind, { args: readonly string[]; outcome: Outcome }>>;

    before(async function () {
      this.timeout(4 * 60_000);
      const begin = async (kind: Kind) => {
        const args = [...kinds[kind], '--seed', String(randomInt(1_000_000))];
        return { args, outcome: await chaos(...args) };
      };
      const [synchronous, sqlite, postgres] = await Promise.all([
        begin('synchronous'),
        begin('sqlite'),
        begin('postgres'),
      ]);
      runs = { synchronous, sqlite, postgres };
    });

    it('issues every webhook exactly once', () => {
      const { args, outcome } = runs.synchronous;
      expect(outcome.code, complaint(outcome, args)).to.equal(0);
    });

    for (const ledger of ['sqlite', 'postgres'] as const)
      it(`issues or parks all that durable delivery on ${ledger} accepts`, () => {
        const { args, outcome } = runs[ledger];
        expect(outcome.code, complaint(outcome, args)).to.equal(0);
        // Nothing would be proven by a run that never had to.
        expect(figure(outcome, 'accepted'), outcome.stdout).to.be.above(20);
        expect(figure(outcome, 'parked, rejected'), outcome.stdout).to.be.above(0);
      });
  });

  it('makes one thing of each of 900 webhooks of all actions while everything fails, or parks it', async function () {
    this.timeout(4 * 60_000);
    const durable = ['--webhooks', '900', '--minutes', '2.8', '--mode', 'durable', '--ledger', 'postgres'];
    const args = [...durable, '--actions', knownActions.join(','), '--seed', String(randomInt(1_000_000))];
    const outcome = await chaos(...args);
    expect(outcome.code, complaint(outcome, args)).to.equal(0);
    for (const action of knownActions) {
      expect(figure(outcome, action, action), outcome.stdout).to.be.above(100);
      expect(figure(outcome, 'accepted', action), outcome.stdout).to.be.above(5);
    }
  });

  describe('whose gateways lack a part', () => {
    const fencing = ['--webhooks', '150', '--sabotage', 'fencing'];
    const lookup = ['--webhooks', '900', '--sabotage', 'lookup'];
    const courier = ['--webhooks', '300', '--sabotage', 'courier', '--ledger', 'sqlite'];
    const unconfirmed = ['--webhooks', '900', '--sabotage', 'unconfirmed'];
    let [unfenced, fenced, blind, forgetful, overconfident] = [] as Outcome[];

    before(async function () {
      this.timeout(3 * 60_000);
      // Each of them spends its time on waiting.
      const runs = [fencing, [...fencing, '--intact'], lookup, courier, unconfirmed].map((args) =>
        run(process.execPath, [main, ...args, '--seed', '5', '--minutes', '2.5'], { timeoutMs: 170_000 }),
      );
      [unfenced, fenced, blind, forgetful, overconfident] = await Promise.all(runs);
    });

    it('reports doubles when the ledger does not fence, and none when it does', () => {
      expectDoubles(unfenced);
      expect(fenced?.code, fenced?.stdout).to.equal(0);
    });

    it('reports doubles when the look-up finds nothing', () => {
      expectDoubles(blind);
    });

    it('reports doubled credits, and no doubled rewards, when the ledger forgets of credits what is unconfirmed', () => {
      expectDoubles(overconfident, 'credits');
      expect(figure(overconfident!, 'doubled', 'rewards')).to.equal(0);
      expect(figure(overconfident!, 'created more often than sent', 'rewards')).to.equal(0);
    });

    it('reports losses when couriers forget what they take', () => {
      if (forgetful === undefined) throw new Error('the run did not end');
      expect(forgetful.code, forgetful.stdout + forgetful.stderr).to.equal(1);
      expect(figure(forgetful, 'accepted and lost'), forgetful.stdout).to.be.above(0);
      expect(figure(forgetful, 'waiting at the end'), forgetful.stdout).to.equal(0);
    });
  });

  it('leaves nothing behind when it is interrupted', async () => {
    const folder = await temporaryFolder('chaos-test');
    // PostgreSQL runs as another user.
    await chmod(folder.path, 0o755);
    const chaosRun = await startProcess({
      command: process.execPath,
      args: [main, '--webhooks', '100'],
      env: { TMPDIR: folder.path },
      ready: /^seed/,
      log: join(folder.path, 'log'),
    });
    // PostgreSQL, Omneo, three replicas, and a guard for each and for the folder.
    const children = await eventually(
      'all parts run',
      async () => {
        const all = await childrenOf(chaosRun.pid);
        return all.length >= 11 && all;
      },
      { timeoutMs: 30_000 },
    );
    chaosRun.signal('SIGINT');
    expect((await chaosRun.exited).signal).to.equal('SIGINT');
    await eventually('its parts are gone', async () => {
      const { stdout } = await run('ps', ['-o', 'pid=', '-p', children.join(',')]);
      const left = await run('find', [folder.path, '-mindepth', '1', '-name', 'omneo-gateway-*']);
      return stdout.trim() === '' && left.stdout === '';
    });
    await folder.remove();
  });
});
