import { isList, type Operation } from './operation.ts';
import type { Random } from './random.ts';
import type { RefusalWords } from './refusals.ts';

/** "before": nothing was committed when it happens. "after": a write was committed, and then it happens. */
export type When = 'before' | 'after';

/** What goes wrong. Times are milliseconds. Where `when` may be left out, it is "before". */
export type Fault =
  /** Waits, then carries on; further rules may fire. */
  | { kind: 'delay'; ms: number }
  | { kind: 'error'; status: number; when?: When }
  /** Refuses in words that are no validation of what was sent, with status 422 if none is given. */
  | { kind: 'refusal'; words: RefusalWords; status?: number; when?: When }
  /** Destroys the socket with an RST. */
  | { kind: 'reset'; when?: When }
  /** Sends the true answer's body bit by bit, over `ms` in total. */
  | { kind: 'drip'; ms: number }
  /** Never answers; with `ms`, closes the connection after that long. */
  | { kind: 'hang'; when?: When; ms?: number }
  /** An HTML page, with status 200 if none is given. */
  | { kind: 'html'; status?: number; when?: When }
  /** 2 MiB of JSON with status 200. */
  | { kind: 'oversized'; when?: When }
  /** No body, with status 200 if none is given. */
  | { kind: 'empty'; status?: number; when?: When }
  /** The true answer, cut off: content-length promises more than comes. */
  | { kind: 'truncated' }
  | { kind: 'unauthorized' }
  | { kind: 'forbidden' }
  /** 429; Retry-After is 1 s if not given, and left out if null. */
  | { kind: 'throttle'; retryAfter?: number | null }
  | { kind: 'redirect'; location: string; status?: number }
  /** List routes answer as though no filter had been given; other routes never match. */
  | { kind: 'filterIgnored' };

/** Where and how often it goes wrong. Without any of these: everywhere, always. */
export type Scope = {
  operation?: Operation | '*';
  tenant?: string;
  /** Fires that many times, then never again. */
  times?: number;
  /** 0 to 1, from the seeded generator. */
  probability?: number;
  /** Leaves the first matches alone. */
  after?: number;
};

export type FaultRule = Scope & Fault;

/** What shall happen to one call: a delay (ms) first, then perhaps one fault. */
export type Plan = { delayMs: number; fault: Fault | undefined };

export type Faults = { plan(tenant: string, operation: Operation): Plan };

type Armed = { rule: FaultRule; matches: number; fired: number };

const matches = (rule: FaultRule, tenant: string, operation: Operation) =>
  (rule.tenant === undefined || rule.tenant === tenant) &&
  (rule.operation === undefined || rule.operation === '*' || rule.operation === operation) &&
  (rule.kind !== 'filterIgnored' || isList(operation));

function fires(armed: Armed, random: Random): boolean {
  const { after = 0, times = Infinity, probability = 1 } = armed.rule;
  armed.matches += 1;
  if (armed.matches <= after || armed.fired >= times) return false;
  if (probability < 1 && random() >= probability) return false;
  armed.fired += 1;
  return true;
}

/** Arms the rules; each call is then planned by the first rule that fires, delays aside. */
export function armFaults(rules: readonly FaultRule[], random: Random): Faults {
  const armed = rules.map((rule): Armed => ({ rule, matches: 0, fired: 0 }));
  return {
    plan(tenant, operation) {
      let delayMs = 0;
      for (const each of armed) {
        if (!matches(each.rule, tenant, operation) || !fires(each, random)) continue;
        if (each.rule.kind !== 'delay') return { delayMs, fault: each.rule };
        delayMs += each.rule.ms;
      }
      return { delayMs, fault: undefined };
    },
  };
}
