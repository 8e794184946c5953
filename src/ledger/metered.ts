import type { Clock } from '../lib/clock.ts';
import type { DeliveryLedger } from './deliveries/deliveries.ts';
import type { DeliveryAdmin } from './deliveries/deliveryadmin.ts';
import type { Outbox } from './deliveries/outbox.ts';
import type { Ledger } from './ledger.ts';

/** A method of the ledger, as metrics name it. */
export type LedgerOperation =
  | 'claim'
  | 'peek'
  | 'renew'
  | 'reserve'
  | 'spent'
  | 'settle'
  | 'mark_unconfirmed'
  | 'release'
  | 'record_answer'
  | 'expect_answer'
  | 'check'
  | 'record_max'
  | 'read_max'
  | 'postpone'
  | 'park'
  | 'park_new'
  | 'drop'
  | 'take_due'
  | 'due_tenants'
  | 'wake'
  | 'give_up'
  | 'counts'
  | 'outbox_tenants'
  | 'take_outbox'
  | 'remove_outbox'
  | 'count_outbox'
  | 'list'
  | 'find'
  | 'webhook_of'
  | 'replay_all'
  | 'replay_one'
  | 'discard_all'
  | 'discard_one'
  | 'erase'
  | 'activity';

/** Called at the end of each call; `unavailable` is one that threw. */
export type ObserveLedger = (
  operation: LedgerOperation,
  result: 'ok' | 'unavailable',
  seconds: number,
) => void;

type Parts = Readonly<{ ledger: Ledger; clock: Pick<Clock, 'monotonic'>; observe: ObserveLedger }>;

/** Gives the same call, timed. */
type Timed = <Args extends readonly unknown[], Answer>(
  operation: LedgerOperation,
  call: (...args: Args) => Promise<Answer>,
) => (...args: Args) => Promise<Answer>;

/** The same ledger with its calls timed. It has no `stats`: those are asked of the ledger itself. */
export function meteredLedger({ ledger, clock, observe }: Parts): Ledger {
  const timed: Timed =
    (operation, call) =>
    async (...args) => {
      const begin = clock.monotonic();
      let result: 'ok' | 'unavailable' = 'unavailable';
      try {
        const answer = await call(...args);
        result = 'ok';
        return answer;
      } finally {
        observe(operation, result, (clock.monotonic() - begin) / 1000);
      }
    };
  return {
    claim: timed('claim', ledger.claim.bind(ledger)),
    peek: timed('peek', ledger.peek.bind(ledger)),
    renew: timed('renew', ledger.renew.bind(ledger)),
    reserve: timed('reserve', ledger.reserve.bind(ledger)),
    spent: timed('spent', ledger.spent.bind(ledger)),
    settle: timed('settle', ledger.settle.bind(ledger)),
    markUnconfirmed: timed('mark_unconfirmed', ledger.markUnconfirmed.bind(ledger)),
    release: timed('release', ledger.release.bind(ledger)),
    recordAnswer: timed('record_answer', ledger.recordAnswer.bind(ledger)),
    expectAnswer: timed('expect_answer', ledger.expectAnswer.bind(ledger)),
    check: timed('check', ledger.check.bind(ledger)),
    recordMax: timed('record_max', ledger.recordMax.bind(ledger)),
    readMax: timed('read_max', ledger.readMax.bind(ledger)),
    ...(ledger.deliveries && { deliveries: meteredDeliveries(ledger.deliveries, timed) }),
    close: ledger.close.bind(ledger),
  };
}

function meteredDeliveries(deliveries: DeliveryLedger, timed: Timed): DeliveryLedger {
  return {
    postpone: timed('postpone', deliveries.postpone.bind(deliveries)),
    park: timed('park', deliveries.park.bind(deliveries)),
    drop: timed('drop', deliveries.drop.bind(deliveries)),
    parkNew: timed('park_new', deliveries.parkNew.bind(deliveries)),
    takeDue: timed('take_due', deliveries.takeDue.bind(deliveries)),
    dueTenants: timed('due_tenants', deliveries.dueTenants.bind(deliveries)),
    wake: timed('wake', deliveries.wake.bind(deliveries)),
    giveUp: timed('give_up', deliveries.giveUp.bind(deliveries)),
    onDue: deliveries.onDue.bind(deliveries),
    counts: timed('counts', deliveries.counts.bind(deliveries)),
    outbox: meteredOutbox(deliveries.outbox, timed),
    admin: meteredAdmin(deliveries.admin, timed),
  };
}

function meteredOutbox(outbox: Outbox, timed: Timed): Outbox {
  return {
    tenants: timed('outbox_tenants', outbox.tenants.bind(outbox)),
    take: timed('take_outbox', outbox.take.bind(outbox)),
    remove: timed('remove_outbox', outbox.remove.bind(outbox)),
    counts: timed('count_outbox', outbox.counts.bind(outbox)),
  };
}

function meteredAdmin(admin: DeliveryAdmin, timed: Timed): DeliveryAdmin {
  return {
    list: timed('list', admin.list.bind(admin)),
    find: timed('find', admin.find.bind(admin)),
    webhookOf: timed('webhook_of', admin.webhookOf.bind(admin)),
    replayAll: timed('replay_all', admin.replayAll.bind(admin)),
    replayOne: timed('replay_one', admin.replayOne.bind(admin)),
    discardAll: timed('discard_all', admin.discardAll.bind(admin)),
    discardOne: timed('discard_one', admin.discardOne.bind(admin)),
    erase: timed('erase', admin.erase.bind(admin)),
    activity: timed('activity', admin.activity.bind(admin)),
  };
}
