import { type Sandbox, startSandbox } from '../../sandbox/omneo.ts';
import type { ProfileSeed } from '../../sandbox/seeds.ts';
import type { OmneoClient } from '../../src/omneo/client/client.ts';
import { type Person, type ProfileMatch, findProfile } from '../../src/omneo/profiles/profiles.ts';
import { clientOf } from './parts.ts';
import { type Script, answer, startUpstream } from './upstream.ts';

/** A profile's id that differs from others by one hexadecimal digit. */
export const profileId = (digit: number | string) => `6f9c1b1e-3c55-4d0a-9a53-${String(digit).repeat(12)}`;

/** Looks a person up by the identity handle `klaviyo`. */
export const findIn = (client: OmneoClient, person: Partial<Person>): Promise<ProfileMatch | null> =>
  findProfile(client, { personId: null, email: null, ...person }, 'klaviyo');

/** A sandbox with one tenant, `acme`, and a client for it. The suite closes it. */
export async function sandboxOf(
  profiles: ProfileSeed[],
): Promise<Readonly<{ sandbox: Sandbox; client: OmneoClient }>> {
  const credentials = { clientId: 'c', clientSecret: 's', tokens: ['acme-static-token'] };
  const sandbox = await startSandbox({ tenants: [{ name: 'acme', credentials, profiles }] });
  return { sandbox, client: clientOf({ baseURL: sandbox.baseURL('acme') }) };
}

/** Looks a person up in an Omneo that answers every request by the script. */
export async function findBy(script: Script, person: Partial<Person>): Promise<ProfileMatch | null> {
  const upstream = await startUpstream(script);
  return findIn(clientOf({ baseURL: upstream.url }), person).finally(() => upstream.close());
}

/** Answers in JSON, whatever is asked. */
export const says =
  (status: number, body: unknown): Script =>
  (response) => {
    answer(response, status, body);
  };

/** Answers 200 with these rows, and a total if one is given. */
export const lists = (data: unknown, total?: number): Script =>
  says(200, { data, ...(total !== undefined && { meta: { total } }) });

/** Answers search-id by one script, the list of identities and that of profiles by another each. */
export const byRoute =
  (routes: Readonly<Record<'searchId' | 'identities' | 'profiles', Script>>): Script =>
  (response, request, count) => {
    const route = request.method === 'POST' ? 'searchId' : listOf(request.path);
    routes[route](response, request, count);
  };

function listOf(path: string): 'identities' | 'profiles' {
  return path.startsWith('/identities') ? 'identities' : 'profiles';
}
