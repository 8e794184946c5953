import { forEachKind } from './kinds.ts';
import type { Interactions } from './interactions/interactions.ts';
import type { Omneo } from './omneo.ts';
import type { Resources } from './resources/resources.ts';

/** The same Omneo for whoever may change nothing: it creates nothing, and records nothing of what it shows. */
export function readOnly(omneo: Omneo): Omneo {
  const attributes = Object.freeze({ ...omneo.attributes, record: refuse, set: refuse });
  const interactions = onlyFinding(omneo.interactions);
  return Object.freeze({
    ...omneo,
    interactions,
    attributes,
    ...forEachKind((_, name) => withoutCreates(omneo[name])),
  });
}

function onlyFinding(interactions: Interactions): Interactions {
  return Object.freeze({
    ...interactions,
    recordFound: () => undefined,
    wasSent: refuse,
    isMissConclusive: refuse,
    create: refuse,
  });
}

function withoutCreates(resources: Resources): Resources {
  return Object.freeze({
    ...resources,
    recordFound: () => undefined,
    exists: () => undefined,
    isMissConclusive: refuse,
    create: refuse,
  });
}

function refuse(): Promise<never> {
  return Promise.reject(new Error('this Omneo is only read'));
}
