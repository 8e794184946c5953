/** Lets things go wrong as planned. */
import type { Fleet } from './fleet.ts';
import type { Injection, What } from './injections.ts';
import type { Links } from './links.ts';
import type { Omneo } from './omneo.ts';
import type { LedgerServer } from './ledgerserver.ts';
import type { TenantFolders } from './tenants.ts';

export type Targets = Readonly<{
  fleet: Fleet;
  ledger: LedgerServer;
  links: Links;
  omneo: Omneo;
  tenants: TenantFolders;
}>;

type Options = Readonly<{ targets: Targets; pause: (ms: number) => Promise<void>; ended: AbortSignal }>;

/** What was done, and when, in epoch milliseconds. */
export type Injected = Readonly<{ name: string; at: number }>;

/** Carries the injections out, each at its time; resolves when all have ended. */
export async function inject(
  injections: readonly Injection[],
  { targets, pause, ended }: Options,
): Promise<Injected[]> {
  const begun = performance.now();
  const injected: Injected[] = [];
  const carryOut = async ({ at, forMs, what }: Injection): Promise<void> => {
    await pause(at - (performance.now() - begun));
    if (ended.aborted) return;
    injected.push({ name: nameOf(what), at: Date.now() });
    await act(what, forMs, targets, pause);
  };
  await Promise.all(
    lanesOf(injections).map(async (lane) => {
      for (const injection of lane) await carryOut(injection);
    }),
  );
  return injected;
}

/** The word by which the report counts it. */
export function nameOf(what: What): string {
  switch (what.kind) {
    case 'link':
      return `${what.link} link ${what.fault}`;
    case 'omneo':
      return `Omneo ${what.fault}`;
    case 'rate limit':
      return 'Omneo rate limit';
    case 'suspend':
      return 'tenant suspended';
    case 'profile':
      return 'late profile';
    default:
      return what.kind;
  }
}

/** Injections of one kind of thing follow one another, also when one takes longer than planned. */
function lanesOf(injections: readonly Injection[]): Injection[][] {
  const lane = ({ what }: Injection): string => {
    if (what.kind === 'link') return what.link;
    if (what.kind === 'omneo') return 'omneo process';
    if (['ledger freeze', 'rate limit', 'suspend', 'profile'].includes(what.kind)) return what.kind;
    return what.kind.startsWith('ledger') ? 'ledger process' : 'replicas';
  };
  return Object.values(Object.groupBy(injections, lane)).filter((one) => one !== undefined);
}

async function act(
  what: What,
  forMs: number,
  { fleet, ledger, links, omneo, tenants }: Targets,
  pause: (ms: number) => Promise<void>,
): Promise<void> {
  switch (what.kind) {
    case 'kill':
      return fleet.kill(what.slot, forMs);
    case 'pause':
      return fleet.pause(what.slot, forMs);
    case 'roll':
      return fleet.roll();
    case 'ledger kill':
      return ledger.kill(forMs);
    case 'ledger restart':
      return ledger.restart(forMs);
    case 'ledger sever':
      return ledger.sever();
    case 'ledger freeze':
      return ledger.freeze(forMs);
    case 'link':
      return links.fault(what.link, what.slot, what.fault, forMs);
    case 'omneo':
      await omneo.misbehave(what.fault);
      await pause(forMs);
      await omneo.misbehave('as usual');
      return;
    case 'rate limit':
      await omneo.limitRate(true);
      await pause(forMs);
      return omneo.limitRate(false);
    case 'suspend':
      await tenants.suspend(what.tenant, true);
      await pause(forMs);
      return tenants.suspend(what.tenant, false);
    case 'profile':
      return omneo.addLateProfile(what.tenant, what.position);
  }
}
