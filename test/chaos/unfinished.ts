/** What the ledger still has of webhooks that are not issued. */
import { KeyFile } from '../../src/ledger/seal/keyfile.ts';
import { Keyring } from '../../src/ledger/seal/keyring.ts';
import { keyAsItCame } from '../../src/ledger/deliveries/storeddelivery.ts';
import { systemClock as clock } from '../../src/lib/clock.ts';
import { isRecord } from '../../sandbox/http.ts';
import { type ActionName, isActionName } from './actions/actions.ts';
import { markerOf } from './actions/marker.ts';
import { silent } from '../ledger/sqlite/bench.ts';

/** A delivery as the ledger has it, with the key that its webhook bears. */
export type Unfinished = Readonly<{
  key: string;
  action: ActionName;
  tenant: string;
  deliveryId: string;
  state: 'waiting' | 'parked';
  /** Why it waits or is parked. */
  reason: string;
}>;

/** A row of the ledger. */
export type StoredRow = Readonly<Record<string, unknown>>;

/** Opens what is stored with the keys of the file. What cannot be opened has its delivery's id for a key. */
export function readUnfinished(rows: readonly StoredRow[], keyFile: string): Unfinished[] {
  if (rows.length === 0) return [];
  const keyring = new Keyring(new KeyFile({ path: keyFile, clock, log: silent }).keys);
  return rows.map((row) => open(row, keyring));
}

function open(row: StoredRow, keyring: Keyring): Unfinished {
  const tenant = String(row['tenant']);
  const deliveryId = String(row['delivery_id']);
  const key = keyAsItCame(String(row['key']), deliveryId);
  const sealed = row['webhook'] instanceof Uint8Array ? row['webhook'] : new Uint8Array();
  const text = keyring.open(sealed, { tenant, key });
  return {
    key: typeof text === 'string' ? markerIn(text) : deliveryId,
    action: actionIn(key),
    tenant,
    deliveryId,
    state: row['state'] === 'parked' ? 'parked' : 'waiting',
    reason: String(row['reason']),
  };
}

/** The marker in a webhook's body. */
function markerIn(text: string): string {
  const body: unknown = JSON.parse(text);
  const data = isRecord(body) ? body['data'] : undefined;
  return markerOf(isRecord(data) ? data['meta'] : undefined);
}

/** The first part of a key of the ledger. Throws an Error if it is the name of no action. */
function actionIn(key: string): ActionName {
  const [name = ''] = key.split('/');
  if (!isActionName(name))
    throw new Error(`the ledger has a key of an action that no webhook is of: ${name}`);
  return name;
}
