import { numberOf } from '../../lib/exactjson.ts';
import { isLastPage, rowsOf } from '../client/client.ts';
import { UpstreamError } from '../client/upstream.ts';
import type { ResourceCalls, Row } from './calls.ts';

/** A definition that Omneo offers: what things of a kind may be of. */
export type Definition = Readonly<{ id: number; name: string; handle?: string }>;

/** Nobody chooses from more. */
const mostDefinitions = 1000;
/** So many are asked for at once; a server may show fewer. */
const pageSize = 100;
/** A server that shows few at once is not asked for ever. */
const mostPages = 40;

const byName = new Intl.Collator('en', { numeric: true });

/** Lists what things of a kind may be of, by name; a thousand at most. Throws UpstreamError. */
export async function listDefinitions(calls: ResourceCalls): Promise<readonly Definition[]> {
  const found = new Map<number, Definition>();
  for (let page = 1; page <= mostPages && found.size < mostDefinitions; page += 1) {
    const { definitions, isLast } = await readPage(calls, page);
    const before = found.size;
    for (const definition of definitions) found.set(definition.id, definition);
    // One that ignores which page is asked for shows the same again.
    if (isLast || found.size === before) break;
  }
  return [...found.values()].slice(0, mostDefinitions).sort((a, b) => byName.compare(a.name, b.name));
}

type Page = Readonly<{ definitions: readonly Definition[]; isLast: boolean }>;

async function readPage({ client, kind }: ResourceCalls, page: number): Promise<Page> {
  const { status, json } = await client.request({
    operation: kind.operations.definitions,
    resend: 'safe',
    method: 'GET',
    path: `${kind.path}/definitions`,
    query: { 'page[size]': String(pageSize), 'page[number]': String(page) },
  });
  const rows = rowsOf(json);
  if (status < 200 || status >= 300 || rows === undefined)
    throw new UpstreamError(
      'unavailable',
      `Omneo answered for its definitions with ${status} and nothing readable`,
    );
  return { definitions: rows.flatMap(definitionIn), isLast: isLastPage(json) };
}

/** A row without a number that a webhook could name is none to choose. */
function definitionIn(row: Row): readonly Definition[] {
  const id = numberOf(row['id']);
  if (!Number.isSafeInteger(id) || id < 1) return [];
  const handle = textOf(row['handle']);
  const name = textOf(row['name']) ?? handle ?? String(id);
  return [{ id, name, ...(handle !== undefined && { handle }) }];
}

function textOf(value: unknown): string | undefined {
  return typeof value === 'string' && value.trim() !== '' ? value : undefined;
}
