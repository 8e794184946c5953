/**
 * The entry point. Signals are handled before anything is loaded: that takes a good part of a start, and a Pod may be
 * stopped in it. As the first process of a container one without a handler would not even notice.
 */
import { setDefaultAutoSelectFamilyAttemptTimeout } from 'node:net';
import { StartupError } from './lib/startup.ts';

/** Nothing is open yet. */
let stop = (): void => process.exit(0);

for (const signal of ['SIGTERM', 'SIGINT'] as const) {
  process.once(signal, () => {
    stop();
  });
}

// Each address of a host gets these milliseconds to connect. Node's 250 are too few for a server far away.
setDefaultAutoSelectFamilyAttemptTimeout(2000);

try {
  const { build, createLog, errorNames, readConfig, standardOutput } = await import('./gateway.ts');
  const config = readConfig(process.env);
  const output = standardOutput();
  const end = (code: number): void => {
    output.finish(() => process.exit(code));
  };
  const log = createLog(config.logLevel, output);
  process.on('uncaughtException', (error) => {
    // What was going on is unknown now. The ledger and Omneo hold what counts, and the next process goes on from there.
    log.error({ error: errorNames(error) }, 'stopping after an unexpected error');
    end(1);
  });
  const service = await build({ config, log, output });
  stop = () => {
    void service.stop().then((inTime) => {
      end(inTime ? 0 : 1);
    });
  };
  await service.start();
} catch (error) {
  if (!(error instanceof StartupError)) throw error;
  process.stderr.write(`omneo-gateway: ${error.message}\n`);
  process.exit(1);
}
