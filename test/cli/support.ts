/** Runs the command line in this process, between streams and a clock of the test. */
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { PassThrough } from 'node:stream';
import { after, afterEach, before } from 'mocha';
import { runCommandLine } from '../../src/cli/commandline.ts';
import type { ApiDelivery, ApiTenant } from '../../src/cli/client/answers.ts';
import { type ConsoleStub, startConsoleStub } from '../support/consolestub.ts';
import type { Screen, Terminal } from '../../src/cli/terminal.ts';

export const now = Date.parse('2026-11-27T12:00:00.000Z');
export const deliveryId = '0b4e6d0e-5f0a-4f0e-9d52-0f6f3c1f6a57';

/** Of the tests alone. */
export const token = 'token-of-the-cli-tests';

export type Run = Readonly<{ code: number; stdout: string; stderr: string }>;

export type RunGiven = Readonly<{
  env?: Terminal['env'];
  stdin?: string;
  /** There is a person: at the keyboard, and before a screen of so many columns. */
  columns?: number;
  rows?: number;
  isAsked?: boolean;
  onSleep?: (ms: number) => void;
}>;

/** Runs one command. Sleeping takes no time but that of its own clock. */
export async function runCli(args: readonly string[], given: RunGiven = {}): Promise<Run> {
  const { env = {}, stdin = '', columns, rows, isAsked = false } = given;
  const screen = columns === undefined ? {} : { isTTY: true, columns, rows };
  const [stdout, stderr] = [Object.assign(new PassThrough(), screen), new PassThrough()];
  const input = Object.assign(new PassThrough().end(stdin), { isTTY: isAsked });
  let time = now;
  const sleep = (ms: number): Promise<void> => {
    time += ms;
    given.onSleep?.(ms);
    return Promise.resolve();
  };
  const terminal = { env, stdin: input, stdout: stdout as Screen, stderr: stderr as Screen };
  const code = await runCommandLine(args, { ...terminal, clock: { now: () => time, sleep } });
  return { code, stdout: said(stdout), stderr: said(stderr) };
}

function said(stream: PassThrough): string {
  return (stream.read() as Buffer | null)?.toString() ?? '';
}

/** A console that answers what a test says, and the command line that asks it. */
export type AskedConsole = Readonly<{
  stub: ConsoleStub;
  run: (args: readonly string[], given?: RunGiven) => Promise<Run>;
  /** What a process needs to find it. */
  env: () => Terminal['env'];
}>;

/** The same console for all tests of a suite; each test begins with one that knows nothing. */
export function withConsole(): AskedConsole {
  let stub: ConsoleStub | undefined;
  let dir = '';
  before(async () => {
    stub = await startConsoleStub(now);
    dir = await mkdtemp(join(tmpdir(), 'omneo-gateway-cli-'));
    await writeFile(join(dir, 'token'), `${token}\n`);
  });
  afterEach(() => stub?.settle());
  after(async () => {
    await stub?.close();
    await rm(dir, { recursive: true });
  });
  const env = () => ({ GATEWAY_CONSOLE_URL: stub?.url, GATEWAY_TOKEN_FILE: join(dir, 'token') });
  return {
    get stub() {
      if (stub === undefined) throw new Error('the console is not there yet');
      return stub;
    },
    env,
    run: (args, given = {}) => runCli(args, { ...given, env: { ...env(), ...given.env } }),
  };
}

/** Who asks. */
export const whoever = { user: 'grace', signed_in_by: 'token' };

/** A parked delivery, with what differs. */
export function deliveryOf(more: Partial<ApiDelivery> = {}): ApiDelivery {
  return {
    delivery_id: deliveryId,
    tenant: 'acme',
    action: 'rewards',
    state: 'parked',
    reason: 'profile_not_found',
    summary: { reward_definition_id: 42, amount: 10 },
    since: '2026-11-27T10:00:00.000Z',
    attempts: 1,
    ...more,
  };
}

/** A tenant, with what differs. */
export function tenantOf(more: Partial<ApiTenant> = {}): ApiTenant & object {
  const fixed = { actions: ['rewards'], allowed: ['list'], url: '/acme/api/v1/webhooks/klaviyo' };
  const known = { slug: 'acme', resource: 'loyalty/acme', state: 'ready', delivery: 'Durable' };
  return { ...fixed, ...known, waiting: 0, parked: 0, reasons: [], ...more };
}

/** The last 24 hours, with so many issued in the last one. */
export function activityOf(issued: number): object {
  const hours = Array.from({ length: 24 }, (_, index) => ({
    hour: new Date(now - (23 - index) * 3_600_000).toISOString(),
    ...{ issued: index === 23 ? issued : 0, unfinished: 0, parked: 0, discarded: 0 },
  }));
  return { hours };
}
