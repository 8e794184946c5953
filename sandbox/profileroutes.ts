import { isEqual } from './comparison.ts';
import { fieldsOf, html, json, notFound, type Answer } from './http.ts';
import { filterValues, page } from './paging.ts';
import type { Profile, Profiles } from './profiles.ts';
import type { Exchange } from './routes.ts';
import type { Switches } from './switches.ts';

const misses: Record<Switches['searchIdMiss'], () => Answer> = {
  '404': () => json(404, { message: 'Profile not found.' }),
  notFound,
  html404: () => html(404, 'Not Found'),
  empty404: () => ({ status: 404, headers: {}, body: '' }),
  null: () => json(200, { data: null }),
  array: () => json(200, { data: [] }),
  object: () => json(200, { data: {} }),
};

/** The one profile with the identity; the first if the comparison takes several for it. */
function byIdentity(
  profiles: Profiles,
  { type, id, comparison }: { type: string; id: string; comparison: Switches['identifierFilter'] },
): Profile | undefined {
  if (comparison === 'bytes') return profiles.byIdentity(type, id);
  const carries = ({ identities }: Profile) =>
    identities.some(({ handle, identifier }) => handle === type && isEqual(comparison, identifier, id));
  return profiles.all().find(carries);
}

function byEmail(profiles: Profiles, asked: string, comparison: Switches['emailFilter']): Profile[] {
  if (comparison === 'caseless') return profiles.byEmail(asked);
  return profiles.all().filter(({ email }) => email !== null && isEqual(comparison, email, asked));
}

/** POST /profiles/search-id, with an identity's handle or `profile_id` as the type */
export function searchId({ tenant, ask, switches }: Exchange): Answer {
  const { type, id } = fieldsOf(ask);
  if (typeof type !== 'string' || typeof id !== 'string' || type === '' || id === '')
    return json(422, {
      message: 'The given data was invalid.',
      errors: { [typeof type === 'string' && type !== '' ? 'id' : 'type']: ['The field is required.'] },
    });
  const comparison = switches.identifierFilter;
  const profile =
    type === 'profile_id' ? tenant.profiles.get(id) : byIdentity(tenant.profiles, { type, id, comparison });
  if (!profile) return misses[switches.searchIdMiss]();
  return json(200, { data: switches.searchIdShape === 'list' ? [profile] : profile });
}

/** GET /profiles; an unknown filter is ignored, and deleted profiles are listed too */
export function listProfiles({ tenant, ask, switches }: Exchange): Answer {
  const { profiles } = tenant;
  const emails = filterValues(ask.query, 'email');
  const identifiers = filterValues(ask.query, 'identities', 'identifier');
  const rows = emails
    ? emails.flatMap((email) => byEmail(profiles, email, switches.emailFilter))
    : (identifiers?.flatMap((each) => profiles.byIdentifier(each)) ?? profiles.all());
  return page([...new Set(rows)], ask, switches.pageSize, (profile) => profile);
}

/** GET /profiles/{id} */
export function getProfile({ tenant, id }: Exchange): Answer {
  const profile = tenant.profiles.get(id);
  return profile ? json(200, { data: profile }) : notFound();
}
