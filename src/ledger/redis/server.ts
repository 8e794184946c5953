import type { Clock } from '../../lib/clock.ts';
import { type Client, isOfSelect } from './connect.ts';
import { LedgerUnavailable } from '../ledger.ts';
import { describeFault } from './fault.ts';
import type { Script } from './scripts.ts';

type Parts = Readonly<{
  client: Client;
  clock: Clock;
  answerMs: number;
  /** Host and port of the server, and whether it is spoken to by TLS: for the words of what is wrong. */
  where: string;
  tls: boolean;
}>;

/** The server as the ledger uses it: it runs scripts, each with a deadline, and every fault is LedgerUnavailable. */
export class ScriptServer {
  readonly #parts: Parts;
  /** The last thing that went wrong: a command that finds no connection does not know why. */
  #trouble: Fault | undefined;

  constructor(parts: Parts) {
    this.#parts = parts;
    parts.client.on('error', (error) => {
      const fault = new Fault(error);
      if (!fault.isOfConnection) this.#trouble = fault;
      this.#trouble ??= fault;
    });
  }

  /** Runs a script, which gives a list of texts. */
  async run(script: Script, keys: readonly string[], args: readonly string[]): Promise<readonly string[]> {
    const reply = await this.ask((client) => evaluate(client, script, keys, args));
    if (Array.isArray(reply) && reply.every((item) => typeof item === 'string')) return reply;
    throw new LedgerUnavailable('the ledger gave an answer of the wrong form');
  }

  /** Asks anything else, within the deadline of a script. */
  async ask<T>(question: (client: Client) => Promise<T>, withinMs = 2 * this.#parts.answerMs): Promise<T> {
    const { client, clock } = this.#parts;
    const { promise: late, reject } = Promise.withResolvers<never>();
    // The client's own time-out begins anew with each command, redirection and retry.
    const cancel = clock.after(withinMs, () => {
      reject(new Error('timeout'));
    });
    try {
      const answer = await Promise.race([question(client), late]);
      this.#trouble = undefined;
      return answer;
    } catch (error) {
      throw error instanceof LedgerUnavailable ? error : this.#unavailable(new Fault(error));
    } finally {
      cancel();
    }
  }

  #unavailable(fault: Fault): LedgerUnavailable {
    const cause = (fault.isOfConnection && this.#trouble) || fault;
    this.#trouble = cause;
    return new LedgerUnavailable(describeFault(cause.code, this.#parts), { cause });
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
    const { name, message } = error instanceof Error ? error : { name: typeof error, message: '' };
    const code = error instanceof Error && 'code' in error ? error.code : undefined;
    this.name = name;
    this.code = isOfSelect(error) ? 'SELECT' : typeof code === 'string' ? code : wordOf(message);
  }

  /** Whether it says no more than that there is no connection, or no answer. */
  get isOfConnection(): boolean {
    return this.code === undefined || this.code === 'ETIMEDOUT';
  }
}

/** A server's errors begin with a word for machines: READONLY, OOM, LOADING. */
function wordOf(message: string): string | undefined {
  if (/time(d )?out/i.test(message)) return 'ETIMEDOUT';
  if (message.startsWith('ERR The user executing the script')) return 'NOPERM';
  return /^[A-Z]{2,20}(?= )/.exec(message)?.[0];
}
