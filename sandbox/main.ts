import { parseArgs } from 'node:util';
import { parseFaultRules } from './faultrules.ts';
import type { FaultRule } from './faults.ts';
import { inspectionRoutes } from './inspect.ts';
import { startSandbox } from './omneo.ts';
import { everything } from './preset.ts';
import { sample, sampleKlaviyoKey } from './sample.ts';

const usage =
  'Usage: npm run sandbox -- [--port 4010] [--seed 1] [--faults everything:0.1 | --faults <JSON list>]';

function whole(text: string, name: string): number {
  if (!/^\d{1,5}$/.test(text)) throw new Error(`--${name} takes a whole number, not "${text}". ${usage}`);
  return Number(text);
}

function fromJSON(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch (cause) {
    throw new Error(`--faults takes everything:<0 to 1> or a JSON list. ${usage}`, { cause });
  }
}

/** Reads `everything`, `everything:<probability>` or a JSON list of rules. */
function readFaults(text: string): FaultRule[] {
  const preset = /^everything(?::([01]|0?\.\d+))?$/.exec(text);
  return preset ? everything(Number(preset[1] ?? '0.1')) : parseFaultRules(fromJSON(text));
}

function explain(error: unknown): string {
  if (!(error instanceof Error)) return String(error);
  const code = 'code' in error ? error.code : undefined;
  return code === 'EADDRINUSE'
    ? `The port is taken: ${error.message}. Choose another with --port.`
    : error.message;
}

async function main() {
  const { values } = parseArgs({
    options: {
      port: { type: 'string', default: '4010' },
      seed: { type: 'string', default: '1' },
      faults: { type: 'string', default: '[]' },
    },
  });
  const rules = readFaults(values.faults);
  const sandbox = await startSandbox({
    port: whole(values.port, 'port'),
    seed: whole(values.seed, 'seed'),
    tenants: sample,
    klaviyoKeys: [sampleKlaviyoKey],
  });
  sandbox.setFaults(rules);
  // Before the line is printed: whoever reads it may send a signal at once.
  const stop = () => void sandbox.close();
  process.once('SIGINT', stop).once('SIGTERM', stop);
  const bases = sample.map(({ name }) => sandbox.baseURL(name)).join(' and ');
  console.log(
    `Sandbox Omneo at ${bases}; Klaviyo for the key ${sampleKlaviyoKey} at ${sandbox.url}; ` +
      `to inspect (${sandbox.url}): ${Object.keys(inspectionRoutes).join(', ')}`,
  );
}

main().catch((error: unknown) => {
  console.error(explain(error));
  process.exitCode = 1;
});
