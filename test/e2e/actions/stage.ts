/** A real gateway process in front of the sandbox, and what is sent to it, one case after another. */
import { mkdir } from 'node:fs/promises';
import { join } from 'node:path';
import { startSandbox, type Sandbox } from '../../../sandbox/omneo.ts';
import { sample } from '../../../sandbox/sample.ts';
import { actionNames } from '../../../src/tenants/actionnames.ts';
import { type ActionName, asked } from '../../support/asked.ts';
import { temporaryFolder } from '../folder.ts';
import { type Gateway, type Reply, secretOf, startFolderGateway } from '../gateway.ts';
import { eventually } from '../time.ts';
import { writeTenants } from './tenants.ts';

export type Mode = 'synchronous' | 'durable';

/** A webhook as it is sent. */
export type Sent = Readonly<{
  slug: string;
  action: ActionName;
  body: unknown;
  /** Undefined: none is sent. */
  secret: string | undefined;
}>;

/** How many Omneo holds, by action; what it holds none of is left out. */
export type Held = Partial<Record<ActionName, number>>;

/** Long enough for a retry to come before it is over. */
const settleWindowMs = 2000;

const environment = {
  // A copy of what is under way waits for less than two calls that Omneo never answers.
  ANSWER_DEADLINE_MS: '3000',
  UPSTREAM_TIMEOUT_MS: '2500',
  LEASE_MS: '4000',
  SETTLE_WINDOW_MS: String(settleWindowMs),
  CREDENTIALS_RETRY_MS: '100',
  // The courier waits less, so that what fails is done in time.
  NODE_OPTIONS: `--import ${join(import.meta.dirname, '../../chaos/hurry.ts')}`,
};

/** Sandbox and gateway of one mode. A case begins with `begin`, and has webhooks with ids of its own. */
export class Stage {
  readonly sandbox: Sandbox;
  readonly #gateway: Gateway;
  readonly #remove: () => Promise<void>;
  #made = 0;
  #cases = 0;
  #before: Held = {};
  #changesBefore = 0;
  #last: Sent | undefined;

  constructor(sandbox: Sandbox, gateway: Gateway, remove: () => Promise<void>) {
    this.sandbox = sandbox;
    this.#gateway = gateway;
    this.#remove = remove;
  }

  /** Forgets what went before, and has Omneo hold nothing, and know a customer of whom nothing was ever asked. */
  begin(): void {
    this.sandbox.reset();
    this.#cases += 1;
    const { email, person_id: identifier } = this.#customer;
    const id = `00000000-0000-4000-8000-${String(this.#cases).padStart(12, '0')}`;
    this.sandbox.addProfiles('acme', [{ id, email, identities: [{ handle: 'klaviyo', identifier }] }]);
    this.#before = {};
    this.#changesBefore = 0;
    this.#last = undefined;
  }

  /** A webhook for the customer of the case, that asks the tenant `all` for what there is for everybody, under an id of its own. */
  webhook(action: ActionName, data: object = {}, changes: object = {}): Sent {
    // All of one length, since a longer one would be of another shape.
    const id = `contract-${String((this.#made += 1)).padStart(4, '0')}`;
    const body = { id, ...this.#customer, data: { ...asked[action].data, ...data }, ...changes };
    return { slug: 'all', action, body, secret: secretOf('all') };
  }

  /** The same webhook for another tenant, with the secret of that. */
  to(slug: string, sent: Sent): Sent {
    return { ...sent, slug, secret: secretOf(slug) };
  }

  /** Sends the webhook that counts. */
  send(sent: Sent): Promise<Reply> {
    this.#last = sent;
    return this.#post(sent);
  }

  /** Sends one that goes before, and is made. */
  async sendBefore(sent: Sent): Promise<void> {
    await eventually('what goes before is made', async () => (await this.#post(sent)).status === 200, {
      timeoutMs: 30_000,
    });
    this.#before = { ...this.#before, [sent.action]: (this.#before[sent.action] ?? 0) + 1 };
    this.#changesBefore = this.#changes;
  }

  /** Sends a webhook of which nobody looks at the answer. */
  post(sent: Sent): Promise<Reply> {
    return this.#post(sent);
  }

  /** Sends the webhook that counts once more, as Klaviyo does, until it is answered 200. */
  again(): Promise<Reply> {
    const sent = this.#last;
    if (sent === undefined) throw new Error('nothing was sent yet');
    const send = async (): Promise<Reply | false> => {
      const reply = await this.#post(sent);
      return reply.status === 200 && reply;
    };
    return eventually('the retry is answered 200', send, { timeoutMs: 60_000 });
  }

  /** What Omneo holds once it has made `count` of this action for the webhook that counts. */
  expected(action: ActionName, count: number): Held {
    const all = { ...this.#before, [action]: (this.#before[action] ?? 0) + count };
    return Object.fromEntries(Object.entries(all).filter(([, held]) => held > 0));
  }

  held(): Held {
    const counts = actionNames.map((name) => [name, this.sandbox[name]('acme').length] as const);
    return Object.fromEntries(counts.filter(([, count]) => count > 0));
  }

  /** How many calls that change something were sent to Omneo since what went before. */
  get changesAsked(): number {
    return this.#changes - this.#changesBefore;
  }

  async end(): Promise<void> {
    await this.#remove();
  }

  get #customer() {
    return { person_id: `01CASE${this.#cases}`, email: `case-${this.#cases}@acme.example` };
  }

  get #changes(): number {
    const calls = Object.entries(this.sandbox.calls());
    const changing = calls.filter(([call]) => /\.(create|set|delete)$/.test(call));
    return changing.reduce((sum, [, count]) => sum + count, 0);
  }

  #post({ slug, action, body, secret }: Sent): Promise<Reply> {
    return this.#gateway.post(slug, { secret, body, action });
  }
}

const ledgers = { synchronous: 'memory:', durable: 'sqlite:' } as const;

/** Starts both, and has Omneo show once of each action that it finds what it made. */
export async function setStage(mode: Mode): Promise<Stage> {
  const stack = new AsyncDisposableStack();
  const folder = await temporaryFolder(`actions-${mode}`);
  stack.defer(() => folder.remove());
  const sandbox = await startSandbox({ tenants: sample });
  stack.defer(() => sandbox.close());
  const tenants = join(folder.path, 'tenants');
  await mkdir(tenants);
  await writeTenants(tenants, sandbox.baseURL('acme'));
  const ledger = mode === 'durable' ? `${ledgers[mode]}${join(folder.path, 'ledger.db')}` : ledgers[mode];
  const env = { ...environment, LEDGER_URL: ledger };
  const gateway = await startFolderGateway({ tenants, folder: folder.path, env });
  stack.defer(async () => {
    await gateway.stop();
  });
  await eventually('the gateway is ready', () => gateway.isReady(), { timeoutMs: 30_000 });
  const stage = new Stage(sandbox, gateway, () => stack.disposeAsync());
  stage.begin();
  for (const action of actionNames) await stage.sendBefore(stage.webhook(action));
  return stage;
}
