import { type Check, checkBy } from './schema.ts';
import { validateSecret } from './validators.js';

/** The part of a Secret that is read. */
export type Secret = {
  metadata: { name: string; namespace?: string };
  data?: Record<string, string>;
  stringData?: Record<string, string>;
};

/** The check of Secrets in files. */
export function secretCheck(): Check<Secret> {
  return checkBy<Secret>(validateSecret);
}
