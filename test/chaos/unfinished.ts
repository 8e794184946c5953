/** What the ledger still has of webhooks that are not issued. */
import { KeyFile } from '../../src/ledger/seal/keyfile.ts';
import { Keyring } from '../../src/ledger/seal/keyring.ts';
import { keyAsItCame } from '../../src/ledger/deliveries/storeddelivery.ts';
import { systemClock as clock } from '../../src/lib/clock.ts';
import { isRecord } from '../../sandbox/http.ts';
import { silent } from '../ledger/sqlite/bench.ts';

/** A delivery as the ledger has it, with the key that its webhook bears. */
export type Unfinished = Readonly<{
  key: string;
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
  const sealed = row['webhook'] instanceof Uint8Array ? row['webhook'] : new Uint8Array();
  const text = keyring.open(sealed, { tenant, key: keyAsItCame(String(row['key']), deliveryId) });
  return {
    key: typeof text === 'string' ? markerIn(text) : deliveryId,
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
  const meta = isRecord(data) ? data['meta'] : undefined;
  return String(isRecord(meta) ? meta['marker'] : undefined);
}
