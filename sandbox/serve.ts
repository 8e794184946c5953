import type { IncomingMessage, ServerResponse } from 'node:http';
import { encode } from './encoding.ts';
import type { Fault } from './faults.ts';
import { fieldsOf, isRecord, notFound, readBody, type Answer, type Ask } from './http.ts';
import { mask, strikesBefore } from './mask.ts';
import { targetOf, type Operation } from './operation.ts';
import { withoutFilters } from './paging.ts';
import { answerTo } from './routes.ts';
import { pause, transmit } from './transmit.ts';
import type { World } from './world.ts';

/** Reads a request's body and what else a handler may look at. */
export async function askFrom(request: IncomingMessage): Promise<Ask> {
  const [path = '', ...query] = (request.url ?? '').split('?');
  return {
    path: `http://${request.headers.host ?? ''}${path}`,
    query: new URLSearchParams(query.join('?')),
    authorization: request.headers.authorization ?? '',
    contentType: request.headers['content-type'] ?? '',
    body: await readBody(request),
  };
}

const untouched: Answer = { status: 503, headers: {}, body: '' };

/** What Omneo does with the call, unless the fault keeps it away. */
function truth(
  exchange: Parameters<typeof answerTo>[1],
  operation: Operation,
  fault: Fault | undefined,
): Answer {
  if (fault && strikesBefore(fault)) return untouched;
  const { ask } = exchange;
  const seen = fault?.kind === 'filterIgnored' ? { ...ask, query: withoutFilters(ask.query) } : ask;
  return answerTo(operation, { ...exchange, ask: seen });
}

function externalIdIn(ask: Ask, operation: Operation): { externalId?: string } {
  const id = operation.endsWith('.create') ? nameIn(fieldsOf(ask)) : ask.query.get('filter[external_id]');
  return typeof id === 'string' ? { externalId: id } : {};
}

/** What has no external_id of its own may be told from others by one in its meta. */
function nameIn({ external_id: id, meta }: Record<string, unknown>): unknown {
  return id ?? (isRecord(meta) ? meta['external_id'] : undefined);
}

const outcome = (fault: Fault | undefined, answer: Answer) =>
  fault?.kind === 'reset' || fault?.kind === 'hang' ? fault.kind : answer.status;

/** One call's story: find tenant and operation, let the faults have their say, answer, take note. */
export async function serve(world: World, request: IncomingMessage, response: ServerResponse) {
  // A call that is still under way at a reset ends in the world in which it began.
  const { tenants, journal, faults, now } = world;
  const ask = await askFrom(request);
  const target = targetOf(request.method ?? '', new URL(ask.path).pathname);
  const { tenant: name, operation } = target;
  const tenant = tenants.get(name);
  if (!tenant) {
    journal.add({ at: now(), tenant: '-', operation, status: 404, committed: false });
    await transmit(response, notFound(), undefined);
    return;
  }
  const { delayMs, fault } = faults.plan(name, operation);
  if (delayMs > 0) await pause(delayMs);
  const done = truth({ ...target, tenant, ask, switches: world.switches }, operation, fault);
  const answer = encode(fault ? mask(fault, done) : done, world.switches);
  journal.add({
    at: now(),
    tenant: name,
    operation,
    status: outcome(fault, answer),
    committed: done.committed ?? false,
    ...externalIdIn(ask, operation),
    ...(fault ? { fault: fault.kind } : {}),
  });
  await transmit(response, answer, fault);
}
