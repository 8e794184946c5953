import { fieldsOf, html, json, notFound, type Answer } from './http.ts';
import { filterValues, page } from './paging.ts';
import type { Exchange } from './routes.ts';

const misses: Record<Exchange['switches']['searchIdMiss'], () => Answer> = {
  '404': () => json(404, { message: 'Profile not found.' }),
  html404: () => html(404, 'Not Found'),
  empty404: () => ({ status: 404, headers: {}, body: '' }),
  null: () => json(200, { data: null }),
  array: () => json(200, { data: [] }),
  object: () => json(200, { data: {} }),
};

/** POST /profiles/search-id, with an identity's handle or `profile_id` as the type */
export function searchId({ tenant, ask, switches }: Exchange): Answer {
  const { type, id } = fieldsOf(ask);
  if (typeof type !== 'string' || typeof id !== 'string' || type === '' || id === '')
    return json(422, {
      message: 'The given data was invalid.',
      errors: { [typeof type === 'string' && type !== '' ? 'id' : 'type']: ['The field is required.'] },
    });
  const profile = type === 'profile_id' ? tenant.profiles.get(id) : tenant.profiles.byIdentity(type, id);
  if (!profile) return misses[switches.searchIdMiss]();
  return json(200, { data: switches.searchIdShape === 'list' ? [profile] : profile });
}

/** GET /profiles; an unknown filter is ignored, and deleted profiles are listed too */
export function listProfiles({ tenant, ask, switches }: Exchange): Answer {
  const { profiles } = tenant;
  const emails = filterValues(ask.query, 'email');
  const identifiers = filterValues(ask.query, 'identities', 'identifier');
  const rows = emails
    ? emails.flatMap((email) => profiles.byEmail(email))
    : (identifiers?.flatMap((each) => profiles.byIdentifier(each)) ?? profiles.all());
  return page([...new Set(rows)], ask, switches.pageSize, (profile) => profile);
}

/** GET /profiles/{id} */
export function getProfile({ tenant, id }: Exchange): Answer {
  const profile = tenant.profiles.get(id);
  return profile ? json(200, { data: profile }) : notFound();
}
