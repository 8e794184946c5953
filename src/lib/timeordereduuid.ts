import { randomUUID } from 'node:crypto';

/**
 * A UUID of version 7 (RFC 9562, 5.7): one that was made in a later millisecond sorts behind. Its first 48 bits are the
 * milliseconds since the epoch, `now`. What is random of it is that of a version 4, which has it in the same places. Node
 * asks the system for the random bytes of those in bulk, and libraries for each id's, which takes longer than all the rest.
 */
export function timeOrderedUuid(now: number = Date.now()): string {
  const time = now.toString(16).padStart(12, '0');
  return `${time.slice(0, 8)}-${time.slice(8)}-7${randomUUID().slice(15)}`;
}
