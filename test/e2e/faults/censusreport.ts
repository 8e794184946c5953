/** Loaded before a gateway's own code (`--import`): says on SIGUSR2, in a line of JSON, what is counted. */
import { countListeners, countTimers } from './census.ts';

const timers = countTimers();
const listeners = countListeners();
let taken = 0;

process.on('SIGUSR2', () => {
  console.log(
    JSON.stringify({ msg: 'census', number: ++taken, timers: timers(), listeners: listeners.count() }),
  );
});
