import type { Action, ActionRequest } from '../../actions/action.ts';
import type { OutboxItem } from '../../ledger/deliveries/outbox.ts';
import type { Keyring } from '../../ledger/seal/keyring.ts';
import { parseExact } from '../../lib/exactjson.ts';
import { Problem } from '../../lib/problem.ts';
import type { Tenant } from '../../tenants/tenant.ts';

type Parts = Readonly<{ keyring: Pick<Keyring, 'open'>; actions: readonly Action[] }>;

/** The webhook of an outbox item; `sealed`: its key is not known here, or not yet; `unreadable`: nobody will ever read it. */
export type ReadItem = Readonly<{ request: ActionRequest }> | 'sealed' | 'unreadable';

/** Reads the webhook of an item of the outbox. */
export type ReadOutbox = (item: OutboxItem, tenant: Tenant) => ReadItem;

/** Opens and parses the webhook of an item, by the rules of its tenant today. */
export function readItem({ keyring, actions }: Parts, item: OutboxItem, tenant: Tenant): ReadItem {
  const action = actions.find(({ name }) => name === item.action);
  if (action === undefined || item.webhook.length === 0) return 'unreadable';
  const text = keyring.open(item.webhook, item.context);
  if (typeof text !== 'string') return text.fault === 'key_missing' ? 'sealed' : 'unreadable';
  try {
    return { request: action.parse(parseExact(text.trim()), tenant) };
  } catch (error) {
    if (error instanceof Problem || error instanceof SyntaxError) return 'unreadable';
    throw error;
  }
}
