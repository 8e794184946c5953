import type { Ledger } from '../../ledger/ledger.ts';
import type { Clock } from '../../lib/clock.ts';
import { Problem } from '../../lib/problem.ts';
import type { Omneo } from '../../omneo/omneo.ts';
import { readOnly } from '../../omneo/readonly.ts';
import { waitForRoom } from '../../omneo/pace/waitforroom.ts';
import type { Tenant } from '../../tenants/tenant.ts';
import type { IdempotentRequest } from '../idempotentrequest.ts';
import { knownOf } from '../known.ts';
import { checkRoom } from './checkroom.ts';
import { paceTaken } from '../notnow.ts';

/** What would become of a webhook, had it been no rehearsal. */
export type Rehearsed = Readonly<{ would: 'create' | 'duplicate'; matchedBy: string; externalId: string }>;

/**
 * Goes the way of a webhook up to its create, and changes nothing: not in the ledger, and not in Omneo.
 *
 * @throws Problem, UpstreamError or LedgerUnavailable, as the webhook itself would end
 */
export type Rehearse = (tenant: Tenant, request: IdempotentRequest) => Promise<Rehearsed>;

type Parts = Readonly<{
  ledger: Pick<Ledger, 'readMax' | 'spent' | 'peek'>;
  upstream: (tenant: Tenant) => Omneo;
  clock: Pick<Clock, 'now' | 'monotonic' | 'sleep'>;
  /** How long it waits for room in the pace, in milliseconds. */
  waitMs: number;
}>;

/** What rehearses webhooks. It makes no claim, so it does not see that the same id is under way. */
export function rehearsal(parts: Parts): Rehearse {
  const { ledger, upstream, clock, waitMs } = parts;
  return async (tenant, request) => {
    // Nothing has this name: it only shows whether the ledger answers, without which nothing is issued.
    await ledger.readMax('rehearsal');
    const omneo = readOnly(upstream(tenant));
    const admission = await waitForRoom(omneo, omneo.admit('arrives'), { clock, waitMs });
    if (!admission.ok) throw paceTaken(admission.retryInMs);
    return lookOnly(parts, omneo, tenant, request);
  };
}

async function lookOnly(
  parts: Parts,
  omneo: Omneo,
  tenant: Tenant,
  { webhook, entry }: IdempotentRequest,
): Promise<Rehearsed> {
  const { externalId } = entry;
  const now = parts.clock.now();
  const attempt = webhook.begin(omneo, {
    ...{ externalId, now, claimedAt: now, mayWait: false, earlier: null },
    known: (...asked) => knownOf(parts.ledger, tenant, ...asked),
  });
  const { existing, match } = await attempt.find();
  if (existing.kind === 'other') throw new Problem('id_reused');
  const about = { matchedBy: match.matchedBy, externalId };
  if (existing.kind === 'same') return { would: 'duplicate', ...about };
  const { limits } = tenant;
  if (limits !== undefined) {
    webhook.checkLimits(limits);
    if (webhook.isFree !== true)
      await checkRoom(parts, tenant, { cents: webhook.cents, profileId: match.profileId });
  }
  await attempt.checkCreatable();
  return { would: 'create', ...about };
}
