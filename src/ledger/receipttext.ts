import { type RawNumber, isRawNumber, parseExact, writable } from '../lib/exactjson.ts';
import type { Receipt } from './ledger.ts';

/** A receipt as a text, in which no digit of the id is lost. What is stored already calls it `rewardId`. */
export function writeReceipt({ resourceId, matchedBy }: Receipt): string {
  return JSON.stringify({ rewardId: writable(resourceId), matchedBy });
}

/** The receipt that `writeReceipt` made a text of. */
export function readReceipt(text: string): Receipt {
  const { rewardId, matchedBy } = parseExact(text) as {
    rewardId: number | string | RawNumber;
    matchedBy: string;
  };
  return { resourceId: isRawNumber(rewardId) ? BigInt(rewardId.rawJSON) : rewardId, matchedBy };
}
