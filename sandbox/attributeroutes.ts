import { readAttributeInput, type AttributeName } from './attributeinput.ts';
import type { Attribute } from './attributes.ts';
import { fieldsOf, json, notFound, type Answer } from './http.ts';
import { page } from './paging.ts';
import { refusal } from './refusals.ts';
import type { Exchange } from './routes.ts';
import type { Switches } from './switches.ts';

/** As its column keeps it, or as its type has it. */
function shown(value: Attribute['value'], { numbersAs }: Switches) {
  if (value === null || numbersAs === 'number') return value;
  return typeof value === 'boolean' ? String(Number(value)) : String(value);
}

const present = (row: Attribute, switches: Switches) => ({ ...row, value: shown(row.value, switches) });

/** A profile that is there, and the attribute that the path names. */
function named({ tenant, id, name }: Exchange): (AttributeName & { profileId: string }) | undefined {
  const { profile_type: type = 'deleted', id: profileId = '' } = tenant.profiles.get(id.toLowerCase()) ?? {};
  const [, namespace = '', handle = ''] = /^([^:]+):([^:]+)$/.exec(decodeURIComponent(name)) ?? [];
  return type === 'deleted' || namespace === '' ? undefined : { profileId, namespace, handle };
}

/** PUT /profiles/{id}/attributes/custom/{namespace}:{handle} */
export function setAttribute(exchange: Exchange): Answer {
  const { tenant, ask, switches } = exchange;
  const key = named(exchange);
  if (!key) return notFound();
  const read = readAttributeInput({ fields: fieldsOf(ask), ...key }, tenant, switches);
  if ('errors' in read) {
    if (switches.unknownAttribute === '404' && 'handle' in read.errors) return notFound();
    if (switches.refusalWords !== 'fields') return refusal(422, switches.refusalWords);
    return json(422, { message: 'The given data was invalid.', errors: read.errors });
  }
  const row = tenant.attributes.set(read.input);
  return { ...json(200, { data: present(row, switches) }), committed: true };
}

/** GET the same */
export function getAttribute(exchange: Exchange): Answer {
  const { tenant, switches } = exchange;
  const key = named(exchange);
  const row = key && tenant.attributes.get({ ...key, profile_id: key.profileId });
  return row ? json(200, { data: present(row, switches) }) : notFound();
}

/** DELETE the same */
export function removeAttribute(exchange: Exchange): Answer {
  const key = named(exchange);
  const isGone = key && exchange.tenant.attributes.remove({ ...key, profile_id: key.profileId });
  return isGone === true ? { status: 204, headers: {}, body: '', committed: true } : notFound();
}

/** GET /profiles/{id}/attributes/custom */
export function listAttributes({ tenant, id, ask, switches }: Exchange): Answer {
  if (!tenant.profiles.get(id)) return notFound();
  const rows = tenant.attributes.all().filter(({ profile_id: profile }) => profile === id);
  return page(rows, ask, switches.pageSize, (row) => present(row, switches));
}
