import type { Action, ActionRequest } from '../actions/action.ts';
import type { Correction, SealedWebhook } from '../ledger/deliveries/deliveryadmin.ts';
import type { Keyring } from '../ledger/seal/keyring.ts';
import { parseExact } from '../lib/exactjson.ts';
import { Problem } from '../lib/problem.ts';
import type { Tenant } from '../tenants/tenant.ts';
import { type IdempotentRequest, toIdempotentRequest } from './idempotentrequest.ts';
import { isKeyOfParked, toDescribed } from './storedrequest.ts';

type Parts = Readonly<{ keyring: Keyring; action: Action; tenant: Tenant }>;

/** A webhook as it was typed, and understood. */
export type CorrectedWebhook = Readonly<{ text: string; webhook: ActionRequest }>;

/**
 * What takes the place of a stored webhook: the corrected one, sealed as that was.
 *
 * It keeps the id of what is stored, whose key it goes by: else two deliveries could ask for one id. What was parked
 * without a key of its own may have any: it claims its key when it is replayed.
 *
 * @throws Problem `id_reused` for another id
 */
export function toCorrection(
  parts: Parts,
  { webhook, context }: SealedWebhook,
  { text, webhook: corrected }: CorrectedWebhook,
): Correction {
  const { keyring, tenant } = parts;
  const request = toIdempotentRequest(tenant, corrected, text, '');
  const isSame = isKeyOfParked(context.key) || isSameId(parts, { webhook, context }, request);
  if (!isSame) throw otherId();
  return {
    webhook: Uint8Array.from(keyring.seal(text, context)),
    ...toDescribed(corrected, { tenant, keyring }),
    fingerprint: request.entry.fingerprint,
  };
}

/** Whether the ids are equal; if the stored one cannot be read, whether the corrected one goes by the key that is there. */
function isSameId(
  parts: Parts,
  stored: SealedWebhook,
  { webhook, entry, withoutId }: IdempotentRequest,
): boolean {
  const before = storedWebhook(parts, stored);
  if (before !== undefined) return before.id === webhook.id;
  const { key } = stored.context;
  return withoutId ? key.startsWith(`${webhook.action.name}/body/`) : key === entry.key;
}

/** The stored webhook by the rules of today; undefined: it cannot be opened, or they refuse it. */
function storedWebhook({ keyring, action, tenant }: Parts, stored: SealedWebhook): ActionRequest | undefined {
  const text = keyring.open(stored.webhook, stored.context);
  if (typeof text !== 'string') return undefined;
  try {
    return action.parse(parseExact(text.trim()), tenant);
  } catch (error) {
    if (error instanceof Problem || error instanceof SyntaxError) return undefined;
    throw error;
  }
}

function otherId(): Problem {
  return new Problem('id_reused', {
    detail:
      'Leave id as it is in the stored webhook, or leave it out if it is not there: another id is another webhook.',
  });
}
