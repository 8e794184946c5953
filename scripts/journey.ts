/**
 * Prints how far one webhook and one change of an OmneoTenant travel through src/; with `--list` also which way, and
 * with `--shape` also how the source is cut into files and functions.
 */
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { parseArgs } from 'node:util';
import { table } from '../sandbox/table.ts';
import type { Journey } from './journey/recorder.ts';
import { type Shape, quantile, shapeOf } from './journey/shape.ts';
import { tenantJourney } from './journey/tenant.ts';
import { webhookJourney } from './journey/webhook.ts';

/** The most that test/journey.test.ts allows. They are today's figures: lower them when a journey gets shorter. */
export const bounds = Object.freeze({
  'a created webhook': { files: 64, functions: 314, hops: 279 },
  'a changed OmneoTenant': { files: 37, functions: 186, hops: 141 },
});

if (import.meta.main) {
  const { list, shape } = parseArgs({
    options: { list: { type: 'boolean', default: false }, shape: { type: 'boolean', default: false } },
  }).values;
  const journeys = new Map<keyof typeof bounds, Journey>([
    ['a created webhook', await inFolder(webhookJourney)],
    ['a changed OmneoTenant', await inFolder(tenantJourney)],
  ]);
  console.log(figuresOf(journeys));
  if (list) for (const [name, journey] of journeys) console.log(`\n${name}:\n${wayOf(journey)}`);
  if (shape) {
    const found = await shapeOf(fileURLToPath(new URL('../src', import.meta.url)));
    console.log(`\n${cutOf(found)}`);
    if (list) console.log(`\n${namesOf(found)}`);
  }
}

async function inFolder<T>(use: (folder: string) => Promise<T>): Promise<T> {
  const folder = await mkdtemp(join(tmpdir(), 'omneo-gateway-journey-'));
  try {
    return await use(folder);
  } finally {
    await rm(folder, { recursive: true });
  }
}

function figuresOf(journeys: ReadonlyMap<string, Journey>): string {
  const rows = [...journeys].map(([name, { visits, functions, hops }]) => [
    name,
    ...[visits.length, functions, hops].map(String),
  ]);
  return table(['journey', 'files', 'functions', 'hops'], rows);
}

/** The files in the order in which they were entered first. */
function wayOf({ visits }: Journey): string {
  const rows = visits.map(({ file, functions, hops }) => [file, String(functions), String(hops)]);
  return table(['file', 'functions', 'hops into it'], rows);
}

function cutOf({ lengths, fullest, twice, unqualified }: Shape): string {
  const rows: readonly (readonly [string, number])[] = [
    ['lines of a function longer than one, median', quantile(lengths, 0.5)],
    ['lines of a function longer than one, p90', quantile(lengths, 0.9)],
    ['lines of a function, max', quantile(lengths, 1)],
    [`files side by side, max (src/${fullest.folder})`, fullest.files],
    ['exported names that exist twice', twice.size],
    ['exported types called Parts or Options', unqualified.length],
  ];
  return table(
    ['source', 'figure'],
    rows.map(([name, figure]) => [name, String(figure)]),
  );
}

function namesOf({ twice }: Shape): string {
  return table(
    ['exported twice', 'in'],
    [...twice].map(([name, files]) => [name, files.join(', ')]),
  );
}
