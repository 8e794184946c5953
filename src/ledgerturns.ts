import { hash } from 'node:crypto';
import type { Claim, Ledger } from './ledger/ledger.ts';
import type { WriteTurn, WriteTurns } from './omneo/attributes/turns.ts';
import type { Tenant } from './tenants/tenant.ts';

type TurnLedger = Pick<Ledger, 'claim' | 'release' | 'markUnconfirmed' | 'recordMax' | 'readMax'>;

/**
 * WriteTurns at what there is one of in a tenant's Omneo, as claims of the ledger under which nothing is ever settled. Whoever
 * loses a turn, or does not know what became of what it sent, leaves a settle window behind in which nobody has it.
 *
 * What is written goes by a digest: a ledger holds no payload value.
 */
export function ledgerTurns(ledger: TurnLedger, { slug, omneo }: Pick<Tenant, 'slug' | 'omneo'>): WriteTurns {
  const nameOf = (what: string): string => hash('sha256', `${omneo.baseURL}\n${what}`, 'base64url');
  return Object.freeze({
    async take(what: string) {
      const key = `turn/${nameOf(what)}`;
      const claimed = await ledger.claim({ key, tenant: slug, fingerprint: key, externalId: key });
      if (claimed.result !== 'won' && claimed.result !== 'unconfirmed') return { isTaken: true } as const;
      const { claim } = claimed;
      if (claimed.result === 'won' || claimed.missConclusiveIn === 0) return turnOf(ledger, claim);
      await ledger.release(claim);
      return { isTaken: false, freeInMs: claimed.missConclusiveIn } as const;
    },
    newest: (what: string) => ledger.readMax(`newest/${nameOf(what)}`),
    record: (what: string, at: number) => ledger.recordMax(`newest/${nameOf(what)}`, at),
  });
}

/** What is not known of the one who had it. */
const unknown = Object.freeze({ attempt: 'unknown', isFindable: true } as const);

function turnOf(ledger: TurnLedger, claim: Claim): WriteTurn {
  return Object.freeze({
    until: claim.leasedUntil,
    async end(sent: 'over' | 'unknown') {
      const end = sent === 'over' ? ledger.release(claim) : ledger.markUnconfirmed(claim, unknown);
      // A turn that cannot be given back ends with its lease, which leaves the same behind as an unknown outcome.
      await end.catch(() => undefined);
    },
  });
}
