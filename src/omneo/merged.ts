import { isRecord } from '../record.ts';
import type { OmneoClient } from './client.ts';
import { rowsOf } from './rows.ts';
import { UpstreamError } from './upstream.ts';

/**
 * Whether one profile has become the other, as Omneo merges them: the loser is deleted and the winner takes over
 * what it had. A profile that Omneo has no more counts too: nobody else can be its person.
 *
 * @throws UpstreamError when Omneo does not say.
 */
export async function isMergedInto(client: OmneoClient, loser: string, winner: string): Promise<boolean> {
  const { status, json } = await client.request({
    operation: 'profiles.search-id',
    resend: 'safe',
    method: 'POST',
    path: '/profiles/search-id',
    body: { type: 'profile_id', id: loser },
  });
  if (status === 404 && isRecord(json) && /profile|no query results/i.test(String(json['message'])))
    return true;
  const rows = status < 300 ? rowsOf(json) : undefined;
  if (rows === undefined) throw new UpstreamError('unavailable', 'Omneo does not say whose reward it shows');
  return rows.every(
    (row) => row['id'] === winner || row['merged_into'] === winner || row['profile_type'] === 'deleted',
  );
}
