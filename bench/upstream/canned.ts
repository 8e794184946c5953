/**
 * What the canned Omneo answers. It knows a profile for every person but those whose id begins with `nobody`, holds
 * no reward but the latest that were created, and understands `filter[external_id]` with and without `[in]`.
 */

export type Operation = 'profiles.search-id' | 'profiles.list' | 'rewards.list' | 'rewards.create';

export type Canned = Readonly<{ operation: Operation; status: number; body: string }>;

type Row = Readonly<{ id: number; profileId: string; definition: unknown; amount: unknown }>;

/** How many rewards are kept to be found again. */
const mostKept = 50_000;

const time = '2026-11-23 09:00:00';

/** One Omneo's answers to requests, each at once. */
export class CannedOmneo {
  readonly #rewards = new Map<string, Row>();
  #created = 0;

  /** What this request line and body are answered; undefined: no such operation. */
  answer(line: string, body: string): Canned | undefined {
    if (line.includes('/profiles/search-id ')) return searchId(body);
    if (line.startsWith('POST') && line.includes('/rewards ')) return this.#create(body);
    if (line.includes('/rewards?')) return this.#list(line);
    if (line.includes('/profiles?')) return { operation: 'profiles.list', status: 200, body: '{"data":[]}' };
    return undefined;
  }

  #create(body: string): Canned {
    const reward = JSON.parse(body) as Record<string, unknown>;
    this.#created += 1;
    const row: Row = {
      id: this.#created,
      profileId: String(reward['profile_id']),
      definition: reward['reward_definition_id'],
      amount: reward['value_initial'],
    };
    this.#rewards.set(String(reward['external_id']), row);
    if (this.#rewards.size > mostKept) this.#rewards.delete(this.#rewards.keys().next().value ?? '');
    return { operation: 'rewards.create', status: 201, body: `{"data":${rewardOf(row)}}` };
  }

  #list(line: string): Canned {
    const query = new URLSearchParams(line.slice(line.indexOf('?') + 1, line.lastIndexOf(' ')));
    const many = query.get('filter[external_id][in]');
    const ids = many === null ? [query.get('filter[external_id]') ?? ''] : many.split(',');
    const rows = ids.flatMap((id) => this.#rewards.get(id) ?? []).map(rewardOf);
    const meta = `"meta":{"current_page":1,"from":1,"last_page":1,"path":"/rewards","per_page":100,"to":${rows.length},"total":${rows.length}}`;
    return { operation: 'rewards.list', status: 200, body: `{"data":[${rows.join(',')}],${meta}}` };
  }
}

function searchId(body: string): Canned {
  const { type, id } = JSON.parse(body) as { type: string; id: string };
  const operation = 'profiles.search-id';
  if (id.startsWith('nobody')) return { operation, status: 404, body: '{"message":"Not Found"}' };
  return { operation, status: 200, body: `{"data":${profileOf(type, id)}}` };
}

/** About as large as Omneo's own, from which nothing is left out that a caller has to read past. */
function profileOf(handle: string, identifier: string): string {
  const id = '6f9c1b1e-3c55-4d0a-9a53-0d5a3b1f0a01';
  return `{"id":"${id}","email":"ada@example.com","first_name":"Ada","last_name":"Byron","mobile_phone":null,"profile_type":"active","external_id":"${identifier}","region":"VIC","reward_balance":0,"identities":[{"id":1,"handle":"${handle}","identifier":"${identifier}","is_primary":true,"is_active":true,"profile_id":"${id}","merged_from":null,"created_at":"${time}","updated_at":"${time}"},{"id":2,"handle":"shopify","identifier":"7012345678901","is_primary":false,"is_active":true,"profile_id":"${id}","merged_from":null,"created_at":"${time}","updated_at":"${time}"}],"created_at":"${time}","updated_at":"${time}"}`;
}

function rewardOf({ id, profileId, definition, amount }: Row): string {
  return `{"id":${id},"profile_id":"${profileId}","definition":{"id":${String(definition)},"handle":"winback"},"value_initial":${String(amount)},"value_remaining":${String(amount)},"timezone":"UTC","issued_at":"${time}","issued_local_at":"${time}","expires_at":null,"expires_local_at":null,"meta":{"flow":"winback"},"is_expired":false,"is_active":true,"created_at":"${time}","updated_at":"${time}"}`;
}
