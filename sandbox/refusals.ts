import { json, type Answer } from './http.ts';

/** Ways to refuse a create in words that are no validation of what was sent. */
const bodies = {
  message: { message: 'The reward could not be created.' },
  list: { message: 'The given data was invalid.', errors: ['The reward could not be created.'] },
  base: { message: 'Error', errors: { base: ['Lock wait timeout exceeded; try restarting transaction'] } },
  server: { message: 'Error', errors: { server: ['Server Error'] } },
  profile: { message: 'Error', errors: { profile: ['The profile is locked.'] } },
  profile_id: { message: 'The given data was invalid.', errors: { profile_id: ['is invalid.'] } },
} as const;

export type RefusalWords = keyof typeof bodies;
export const refusalWords = Object.keys(bodies) as RefusalWords[];

/** A refusal with a status, in these words. */
export const refusal = (status: number, words: RefusalWords): Answer => json(status, bodies[words]);
