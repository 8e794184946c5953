/**
 * Preloaded into a gateway with `--import`: instruments what lies under src/ as it is loaded, and records between
 * `begin` and `end`, which the parent process sends.
 */
import { registerHooks } from 'node:module';
import { setImmediate as turn, setTimeout as wait } from 'node:timers/promises';
import { instrument } from './instrument.ts';
import { recorder } from './recorder.ts';
import { Timers } from './timers.ts';

/** Longer than the gateway waits before it reads a folder that has changed. */
const quietMs = 300;

const src = new URL('../../src/', import.meta.url).href;
/** Node's own, before it can be held. */
const sleep = wait;
const timers = new Timers();

registerHooks({
  load(url, context, nextLoad) {
    const loaded = nextLoad(url, context);
    // What is generated as JavaScript nobody reads: it stands for the schema that it was made of.
    if (!url.startsWith(src) || url.endsWith('.js')) return loaded;
    const text = Buffer.from(loaded.source as Uint8Array).toString('utf8');
    const names = { file: `src/${url.slice(src.length)}`, recorder: import.meta.resolve('./recorder.ts') };
    return { ...loaded, source: instrument(text, names) };
  },
});

process.on('message', (order) => {
  void (order === 'begin' ? begin() : end());
});
// Nothing else would end it.
process.once('disconnect', () => process.exit());

async function begin(): Promise<void> {
  await quiet();
  timers.hold();
  await quiet();
  recorder.begin();
  process.send?.('begun');
}

async function end(): Promise<void> {
  await quiet();
  process.send?.(recorder.end());
  timers.release();
}

/** Resolves when no function is called for a while, and none by what then waits in the sockets. */
async function quiet(): Promise<void> {
  for (let seen = -1; seen !== recorder.calls;) {
    seen = recorder.calls;
    await sleep(quietMs);
    for (let turns = 0; turns < 10; turns += 1) await turn();
  }
}
