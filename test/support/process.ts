import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { createInterface } from 'node:readline';
import { fileURLToPath } from 'node:url';
import { evidence } from './evidence.ts';

/** The entry point. */
export const main = fileURLToPath(new URL('../../src/main.ts', import.meta.url));

export type GatewayProcess = Readonly<{
  child: ChildProcess;
  /** Every line on stdout so far, parsed. */
  logs: readonly Record<string, unknown>[];
  /** Resolves with the first line whose `msg` is this, past or to come; rejects when the process ends without it. */
  said: (msg: string) => Promise<Record<string, unknown>>;
  stderr: () => string;
  exited: Promise<number | null>;
}>;

/**
 * Starts the gateway as `npm start` does, with nothing of this process's environment but PATH. Another entry point is that
 * of a bundle.
 */
export function spawnGateway(env: Record<string, string>, entry = main): GatewayProcess {
  const { PATH = '', NODE_V8_COVERAGE } = process.env;
  const coverage = NODE_V8_COVERAGE === undefined ? {} : { NODE_V8_COVERAGE };
  const child = spawn(process.execPath, ['--enable-source-maps', entry], {
    env: { PATH, ...coverage, PORT: '0', ADMIN_PORT: '0', CONSOLE_PORT: '0', ...env },
    stdio: ['ignore', 'pipe', 'pipe'],
  });
  const logs: Record<string, unknown>[] = [];
  let stderr = '';
  child.stderr.setEncoding('utf8').on('data', (text: string) => {
    stderr += text;
    evidence.push(text);
  });
  const lines = createInterface({ input: child.stdout });
  lines.on('line', (line) => {
    evidence.push(line);
    logs.push(JSON.parse(line) as Record<string, unknown>);
  });
  const exited = once(child, 'close').then(([code]) => code as number | null);
  const said = (msg: string): Promise<Record<string, unknown>> =>
    new Promise((resolve, reject) => {
      const look = (): void => {
        const found = logs.find((line) => line['msg'] === msg);
        if (found !== undefined) resolve(found);
      };
      look();
      lines.on('line', look);
      void exited.then((code) => {
        reject(new Error(`the gateway ended with ${String(code)} and never said "${msg}": ${stderr}`));
      });
    });
  return Object.freeze({ child, logs, said, stderr: () => stderr, exited });
}
