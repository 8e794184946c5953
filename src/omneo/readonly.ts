import type { Omneo } from './omneo.ts';

/** The same Omneo for whoever may change nothing: it creates nothing, and records nothing of what it shows. */
export function readOnly(omneo: Omneo): Omneo {
  return Object.freeze({
    ...omneo,
    recordFound: () => undefined,
    wasIssued: () => undefined,
    isMissConclusive: refuse,
    createReward: refuse,
  });
}

function refuse(): Promise<never> {
  return Promise.reject(new Error('this Omneo is only read'));
}
