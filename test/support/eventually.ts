import { setTimeout as wait } from 'node:timers/promises';

/** Asks again and again until `check` no longer throws; after `ms` milliseconds its last complaint is thrown. */
export async function eventually<T>(check: () => T | Promise<T>, ms = 15_000): Promise<T> {
  const giveUp = performance.now() + ms;
  for (;;) {
    try {
      return await check();
    } catch (error) {
      if (performance.now() > giveUp) throw error;
      await wait(5);
    }
  }
}
