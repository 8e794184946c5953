import { UpstreamError } from '../client/upstream.ts';
import type { ResourceCalls } from './calls.ts';

/**
 * Asks Omneo whether there is a definition with this id. A user that may not read definitions may issue what is of
 * them all the same, so then nothing is known, and nothing is thrown.
 *
 * @throws UpstreamError `rejected`, with the field, if there is none: a create would be refused.
 */
export async function checkDefinition(calls: ResourceCalls, definitionId: number): Promise<void> {
  const status = await readStatus(calls, definitionId);
  if (status !== 404) return;
  const { noun, definitionField } = calls.kind;
  throw new UpstreamError('rejected', `Omneo has no such ${noun} definition`, {
    fields: [definitionField],
    noun,
  });
}

/** The status that Omneo answers with; undefined if it does not let this user read definitions. */
async function readStatus(
  { client, kind }: ResourceCalls,
  definitionId: number,
): Promise<number | undefined> {
  try {
    const { status } = await client.request({
      operation: kind.operations.definition,
      resend: 'safe',
      method: 'GET',
      path: `${kind.path}/definitions/${definitionId}`,
    });
    return status;
  } catch (error) {
    if (error instanceof UpstreamError && error.fault === 'refused') return undefined;
    throw error;
  }
}
