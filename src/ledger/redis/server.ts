import type { Clock } from '../../lib/clock.ts';
import type { Client } from './connect.ts';
import { LedgerUnavailable } from '../ledger.ts';
import type { Script } from './scripts.ts';

type Parts = Readonly<{ client: Client; clock: Clock; answerMs: number }>;

/** The server as the ledger uses it: it runs scripts, each with a deadline, and every fault is LedgerUnavailable. */
export class ScriptServer {
  readonly #parts: Parts;

  constructor(parts: Parts) {
    this.#parts = parts;
  }

  /** Runs a script, which gives a list of texts. */
  async run(script: Script, keys: readonly string[], args: readonly string[]): Promise<readonly string[]> {
    const reply = await this.ask((client) => evaluate(client, script, keys, args));
    if (Array.isArray(reply) && reply.every((item) => typeof item === 'string')) return reply;
    throw new LedgerUnavailable('the ledger gave an answer that is none');
  }

  /** Asks anything else, within the deadline of a script. */
  async ask<T>(question: (client: Client) => Promise<T>, withinMs = 2 * this.#parts.answerMs): Promise<T> {
    const { client, clock } = this.#parts;
    const { promise: late, reject } = Promise.withResolvers<never>();
    // The client's own time-out begins anew with each command, redirection and retry.
    const cancel = clock.after(withinMs, () => {
      reject(new LedgerUnavailable('the ledger did not answer in time'));
    });
    try {
      return await Promise.race([question(client), late]);
    } catch (error) {
      throw error instanceof LedgerUnavailable ? error : unavailable(error);
    } finally {
      cancel();
    }
  }
}

async function evaluate(
  client: Client,
  { lua, sha }: Script,
  keys: readonly string[],
  args: readonly string[],
): Promise<unknown> {
  try {
    return await client.evalsha(sha, keys.length, ...keys, ...args);
  } catch (error) {
    // A server that was restarted, or another one: it does not know the script yet.
    if (!(error instanceof Error) || !error.message.startsWith('NOSCRIPT')) throw error;
    return await client.eval(lua, keys.length, ...keys, ...args);
  }
}

/** What went wrong by name and code alone: the client's errors carry what was sent, the password included. */
class Fault extends Error {
  override readonly name: string;
  readonly code: string | undefined;

  constructor(error: unknown) {
    super('see its name and code');
    this.name = error instanceof Error ? error.name : typeof error;
    const code = error instanceof Error && 'code' in error ? error.code : undefined;
    // A server's errors begin with a word for machines: READONLY, OOM, LOADING.
    const word = error instanceof Error ? /^[A-Z]{2,20}(?= )/.exec(error.message)?.[0] : undefined;
    this.code = typeof code === 'string' ? code : word;
  }
}

function unavailable(error: unknown): LedgerUnavailable {
  return new LedgerUnavailable('the ledger cannot be used', { cause: new Fault(error) });
}
