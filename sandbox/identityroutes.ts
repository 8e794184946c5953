import { isEqual } from './comparison.ts';
import type { Answer } from './http.ts';
import { filterValues, page } from './paging.ts';
import type { Identity, Profile } from './profiles.ts';
import type { Exchange } from './routes.ts';

type Owned = { identity: Identity; profile: Profile };

/** GET /identities, with filter[handle], filter[identifier] and include=profile */
export function listIdentities({ tenant, ask, switches }: Exchange): Answer {
  const handles = filterValues(ask.query, 'handle');
  const identifiers = filterValues(ask.query, 'identifier');
  const isIncluded = ask.query.get('include') === 'profile';
  const rows = tenant.profiles
    .all()
    .flatMap((profile) => profile.identities.map((identity): Owned => ({ identity, profile })))
    .filter(({ identity: { handle, identifier } }) => {
      const isAsked = (asked: string) => isEqual(switches.identifierFilter, identifier, asked);
      return (handles?.includes(handle) ?? true) && (identifiers?.some(isAsked) ?? true);
    });
  return page(rows, ask, switches.pageSize, ({ identity, profile }) => {
    if (!isIncluded) return identity;
    const { identities, ...bare } = profile;
    return { ...identity, profile: switches.includedIdentities ? { ...bare, identities } : bare };
  });
}
