import type { Reservation, Reserved } from '../budgets/budgets.ts';
import type {
  DeliveryCount,
  DueTenant,
  GivingUp,
  NewParked,
  Parking,
  TakenDelivery,
  WaitingReason,
} from '../deliveries/deliveries.ts';
import type { OutboxCount, OutboxItem } from '../deliveries/outbox.ts';
import type { Noted } from '../deliveries/deliverystates.ts';
import type {
  AnswerOutcome,
  Claim,
  ClaimResult,
  Entry,
  LedgerTimes,
  Receipt,
  SettleDetails,
  Spent,
  UnconfirmedAttempt,
} from '../ledger.ts';
import type { Peeked } from '../peek.ts';
import type { Moment } from '../storedentry.ts';
import type { AdminAnswers, AdminArguments } from './admincalls.ts';

/** What each call of the ledger brings with it to the thread that has the database. */
export type CallArguments = Readonly<{
  claim: Readonly<{ entry: Entry; owner: string }>;
  peek: Readonly<{ key: string }>;
  renew: Readonly<{ held: Claim }>;
  reserve: Readonly<{ held: Claim; reservation: Reservation }>;
  spent: Readonly<{ budgets: readonly string[] }>;
  settle: Readonly<{ held: Claim; receipt: Receipt; keepMs: number }> & SettleDetails;
  markUnconfirmed: Readonly<{ held: Claim }> & UnconfirmedAttempt & Noted;
  release: Readonly<{ held: Claim }>;
  recordAnswer: Readonly<{ key: string; externalId: string }> & AnswerOutcome;
  expectAnswer: Readonly<{ key: string; externalId: string; keepMs: number }>;
  check: null;
  recordMax: Readonly<{ name: string; value: number; keepMs: number }>;
  readMax: Readonly<{ name: string }>;
  postpone: Readonly<{ held: Claim; reason: WaitingReason; dueInMs: number }> & Noted;
  park: Readonly<{ held: Claim }> & Parking & Noted;
  drop: Readonly<{ held: Claim; heirKey?: string | undefined }>;
  parkNew: Readonly<{ parked: NewParked; keepMs: number }>;
  takeDue: Readonly<{ tenant: string; most: number; owner: string }>;
  dueTenants: null;
  wake: Readonly<{ tenant: string; reasons: readonly WaitingReason[] }>;
  giveUp: Readonly<{ tenant: string }> & GivingUp;
  counts: null;
  outboxTenants: null;
  takeOutbox: Readonly<{ tenant: string; most: number; leaseMs: number }>;
  postponeOutbox: Pick<OutboxItem, 'deliveryId' | 'outcome'> & Readonly<{ dueInMs: number }>;
  removeOutbox: Pick<OutboxItem, 'deliveryId' | 'outcome'>;
  countOutbox: null;
}> &
  AdminArguments;

/** What each call is answered; `leasedUntil` of a claim is by the ledger's time. */
export type CallAnswers = Readonly<{
  claim: ClaimResult;
  peek: Peeked;
  renew: Claim | null;
  reserve: Reserved;
  spent: readonly Spent[];
  settle: boolean;
  markUnconfirmed: boolean;
  release: boolean;
  recordAnswer: undefined;
  expectAnswer: undefined;
  check: undefined;
  recordMax: undefined;
  readMax: number;
  postpone: boolean;
  park: boolean;
  drop: boolean;
  parkNew: string;
  takeDue: readonly TakenDelivery[];
  dueTenants: readonly DueTenant[];
  wake: number;
  giveUp: number;
  counts: readonly DeliveryCount[];
  outboxTenants: readonly string[];
  takeOutbox: readonly OutboxItem[];
  postponeOutbox: undefined;
  removeOutbox: undefined;
  countOutbox: readonly OutboxCount[];
}> &
  AdminAnswers;

export type CallName = keyof CallArguments;

/** One call, and when it was made. */
export type LedgerCall = {
  [Name in CallName]: Readonly<{ name: Name; with: CallArguments[Name]; at: Moment }>;
}[CallName];

/** What runs calls in their order and in one transaction. */
export type Executor = Readonly<{
  /** The ledger's time at the moment when the database was opened, in milliseconds. */
  openedAt: number;
  /** Resolves with an answer a call once all of them are on disk; rejects with LedgerUnavailable if none is. */
  run: (calls: readonly LedgerCall[]) => Promise<readonly unknown[]>;
  close: () => Promise<void>;
}>;

/** What it takes to open the database; passed to the thread. */
export type OpenOptions = Readonly<{
  path: string;
  times: LedgerTimes;
  /** Where the time of a new ledger begins: milliseconds since the epoch. */
  date: number;
}>;
