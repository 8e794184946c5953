/** All that the entry point needs, to be loaded in one step once signals are handled. */
export { build } from './build.ts';
export { readConfig } from './config/config.ts';
export { createLog, errorNames, standardOutput } from './lib/log.ts';
