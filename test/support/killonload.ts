/** Preloaded into a process: sends it SIGTERM as soon as it loads the module whose URL ends with KILL_ON_LOAD. */
import { registerHooks } from 'node:module';
import { env, kill, pid } from 'node:process';

const { KILL_ON_LOAD = '' } = env;

registerHooks({
  load: (url, context, next) => {
    if (KILL_ON_LOAD !== '' && url.endsWith(KILL_ON_LOAD)) kill(pid, 'SIGTERM');
    return next(url, context);
  },
});
