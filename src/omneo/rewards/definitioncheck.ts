import type { OmneoClient } from '../client/client.ts';
import { UpstreamError } from '../client/upstream.ts';

/**
 * Asks Omneo whether there is a reward definition with this id. A user that may not read definitions may issue rewards of
 * them all the same, so then nothing is known, and nothing is thrown.
 *
 * @throws UpstreamError `rejected`, with the field, if there is none: a create would be refused.
 */
export async function checkDefinition(client: OmneoClient, definitionId: number): Promise<void> {
  const status = await readStatus(client, definitionId);
  if (status !== 404) return;
  const fields = ['reward_definition_id'];
  throw new UpstreamError('rejected', 'Omneo has no such reward definition', { fields });
}

/** The status that Omneo answers with; undefined if it does not let this user read definitions. */
async function readStatus(client: OmneoClient, definitionId: number): Promise<number | undefined> {
  try {
    const { status } = await client.request({
      operation: 'definitions.get',
      resend: 'safe',
      method: 'GET',
      path: `/rewards/definitions/${definitionId}`,
    });
    return status;
  } catch (error) {
    if (error instanceof UpstreamError && error.fault === 'refused') return undefined;
    throw error;
  }
}
