/** `npm run bench`: measures everything and prints one table. `-- --quick` sees only that it works; `-- NAME...` picks. */
import { mkdtemp, rm } from 'node:fs/promises';
import { cpus, tmpdir } from 'node:os';
import { join } from 'node:path';
import { parseArgs } from 'node:util';
import { figures } from './figures/index.ts';
import { backfillFlags, backfillOptions, wholeFlag } from './harness/backfilloptions.ts';
import { cores, coresTold, stepAside } from './harness/cores.ts';
import { Loader } from './harness/loader.ts';
import { prepare } from './harness/prepare.ts';
import { type Row, tableOf } from './harness/rows.ts';
import type { Setting } from './harness/setting.ts';
import { startUpstream } from './harness/upstream.ts';

const { values, positionals } = parseArgs({
  options: { quick: { type: 'boolean', default: false }, ...backfillFlags, deliveries: { type: 'string' } },
  allowPositionals: true,
});
const unknown = positionals.find((name) => !Object.hasOwn(figures, name));
if (unknown !== undefined) {
  console.error(`There is no ${unknown}; there are ${Object.keys(figures).join(', ')}.`);
  process.exit(1);
}
const options = readOptions();
const begun = performance.now();
await prepare();
stepAside();
const rows = await measure(positionals.length > 0 ? positionals : Object.keys(figures));
const [cpu] = cpus();
console.log(`\n${tableOf(rows)}\n`);
console.log(
  `${cpus().length} cores (${cpu?.model ?? 'unknown'}), ${coresTold(cores)}, Node ${process.versions.node}, ` +
    `${Math.round((performance.now() - begun) / 1000)} s${values.quick ? ', --quick: no figure in it counts' : ''}`,
);

function readOptions(): Pick<Setting, 'backfill' | 'deliveries'> {
  try {
    const backfill = backfillOptions(values, values.quick);
    return { backfill, deliveries: wholeFlag(values, 'deliveries', values.quick ? 10_000 : 1_000_000) };
  } catch (error) {
    console.error(error instanceof Error ? error.message : error);
    process.exit(1);
  }
}

async function measure(names: readonly string[]): Promise<readonly Row[]> {
  const folder = await mkdtemp(join(tmpdir(), 'omneo-gateway-bench-'));
  const upstream = await startUpstream();
  const loader = new Loader();
  const say = (line: string): void => {
    console.log(line);
  };
  const setting: Setting = { quick: values.quick, folder, ...options, upstream, loader, say };
  try {
    const found: Row[] = [];
    for (const name of names) {
      say(`\n${name} (at ${Math.round((performance.now() - begun) / 1000)} s)`);
      found.push(...((await figures[name]?.(setting)) ?? []));
    }
    return found;
  } finally {
    loader.close();
    upstream.close();
    await rm(folder, { recursive: true, force: true });
  }
}
