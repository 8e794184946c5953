/**
 * Whether memory grows. Ten million webhooks through HTTP would take most of an hour, so those go to the ledger
 * itself, at its default bound; through HTTP go as many as fit, with a bound that they pass many times.
 */
import { systemClock } from '../../src/lib/clock.ts';
import { MemoryLedger } from '../../src/ledger/memory/memory.ts';
import { gateway } from '../harness/programs.ts';
import type { Row } from '../harness/rows.ts';
import type { Figure, Setting } from '../harness/setting.ts';
import { withSubjects } from '../harness/with.ts';

const target = 'flat (≤ 2 MB)';
const most = 2;

export const memory: Figure = async (setting) => [await throughHTTP(setting), await atTheLedger(setting)];

async function throughHTTP({ quick, folder, upstream, loader, say }: Setting): Promise<Row> {
  const env = { LEDGER_MAX_ENTRIES: '10000' };
  const program = await gateway({ name: 'memory', folder, tenants: 10, baseOf: () => upstream.base(), env });
  return withSubjects([program], async (subject) => {
    const step = quick ? 1000 : 50_000;
    const heaps: number[] = [];
    for (let done = 0; done < (quick ? 3 : 8); done++) {
      const what = { kind: 'webhooks', tenants: 10 } as const;
      await loader.run({ port: subject.port, what, how: { connections: 64, count: step } });
      const { heap, external } = await subject.heap();
      heaps.push((heap + external) / 1e6);
    }
    say(`  heap after each ${step} webhooks: ${heaps.map((heap) => heap.toFixed(1)).join(', ')} MB`);
    const words = `${(heaps.length * step).toLocaleString('en')} webhooks through HTTP`;
    return row(words, heaps);
  });
}

async function atTheLedger({ quick, say }: Setting): Promise<Row> {
  const times = { leaseMs: 35_000, settleWindowMs: 120_000, retentionMs: 72 * 3_600_000 };
  const ledger = new MemoryLedger({ clock: systemClock, times, maxEntries: quick ? 1000 : 200_000 });
  const step = quick ? 5000 : 1_000_000;
  const heaps: number[] = [];
  for (let done = 0; done < 10; done++) {
    await issue(ledger, done * step, step);
    globalThis.gc?.();
    heaps.push(process.memoryUsage().heapUsed / 1e6);
  }
  say(`  heap after each ${step} claims: ${heaps.map((heap) => heap.toFixed(1)).join(', ')} MB`);
  const words = `${(10 * step).toLocaleString('en')} webhooks at the ledger, at its bound`;
  return row(words, heaps);
}

async function issue(ledger: MemoryLedger, from: number, count: number): Promise<void> {
  for (let number = from; number < from + count; number++) {
    const key = `tenant-0/id/${String(number).padStart(43, '0')}`;
    const entry = { key, tenant: 'tenant-0', fingerprint: 'f'.repeat(43), externalId: `order-${number}` };
    const claimed = await ledger.claim(entry);
    if (claimed.result !== 'won') throw new Error(`a new id was ${claimed.result}`);
    await ledger.settle(claimed.claim, { resourceId: number, matchedBy: 'klaviyo' });
  }
}

/** Against the second step: in the first, maps and compiled code come to the size that they keep. */
function row(words: string, heaps: readonly number[]): Row {
  const grownMB = (heaps.at(-1) ?? Number.NaN) - (heaps[1] ?? Number.NaN);
  const figure = `heap grown over ${words}`;
  return { figure, target, measured: `${grownMB.toFixed(1)} MB`, held: grownMB <= most };
}
