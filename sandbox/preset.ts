import type { Fault, FaultRule, Scope } from './faults.ts';

type PresetOptions = Pick<Scope, 'operation' | 'tenant'> & {
  /** Milliseconds that a hanging connection stays open; default 100. */
  hangMs?: number;
  /** Milliseconds that a dripping body takes; default 20. */
  dripMs?: number;
  /** Milliseconds by which some calls are late; default 5. */
  delayMs?: number;
};

/**
 * Rules that let about `probability` (0 to 1) of all calls fail, with an equal share for every way to fail that a
 * client can meet. As many calls as one way's share are late, without failing.
 */
export function everything(probability: number, options: PresetOptions = {}): FaultRule[] {
  const { hangMs = 100, dripMs = 20, delayMs = 5, ...where } = options;
  const faults: Fault[] = [
    { kind: 'error', status: 500 },
    { kind: 'error', status: 502 },
    { kind: 'error', status: 503 },
    { kind: 'error', status: 500, when: 'after' },
    { kind: 'error', status: 504, when: 'after' },
    { kind: 'reset' },
    { kind: 'reset', when: 'after' },
    { kind: 'hang', ms: hangMs },
    { kind: 'hang', ms: hangMs, when: 'after' },
    { kind: 'drip', ms: dripMs },
    { kind: 'html' },
    { kind: 'html', status: 502, when: 'after' },
    { kind: 'oversized' },
    { kind: 'oversized', when: 'after' },
    { kind: 'empty' },
    { kind: 'empty', when: 'after' },
    { kind: 'truncated' },
    { kind: 'unauthorized' },
    { kind: 'forbidden' },
    { kind: 'throttle' },
    { kind: 'throttle', retryAfter: null },
    { kind: 'redirect', location: '/login' },
    { kind: 'error', status: 401, when: 'after' },
    { kind: 'html', status: 429, when: 'after' },
    { kind: 'refusal', words: 'base', when: 'after' },
    { kind: 'filterIgnored' },
  ];
  const share = probability / faults.length;
  // A rule is asked only if none before it fired, so later ones need better odds for an equal share.
  const rules = faults.map((fault, position): FaultRule => {
    const odds = Math.min(1, share / (1 - position * share));
    return { ...where, ...fault, probability: odds };
  });
  return [{ ...where, kind: 'delay', ms: delayMs, probability: share }, ...rules];
}
