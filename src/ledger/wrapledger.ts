import type { DeliveryLedger } from './deliveries/deliveries.ts';
import type { DeliveryAdmin } from './deliveries/deliveryadmin.ts';
import type { Outbox } from './deliveries/outbox.ts';
import type { Ledger } from './ledger.ts';

/** A method of the ledger, as metrics and traces name it. */
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
  | 'postpone_outbox'
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

/** Gives the same call, with more around it. */
export type WrapCall = <Args extends readonly unknown[], Answer>(
  operation: LedgerOperation,
  call: (...args: Args) => Promise<Answer>,
) => (...args: Args) => Promise<Answer>;

/** The same ledger with something around each call. It has no `stats`: those are asked of the ledger itself. */
export function ledgerWith(ledger: Ledger, wrapped: WrapCall): Ledger {
  return {
    claim: wrapped('claim', ledger.claim.bind(ledger)),
    peek: wrapped('peek', ledger.peek.bind(ledger)),
    renew: wrapped('renew', ledger.renew.bind(ledger)),
    reserve: wrapped('reserve', ledger.reserve.bind(ledger)),
    spent: wrapped('spent', ledger.spent.bind(ledger)),
    settle: wrapped('settle', ledger.settle.bind(ledger)),
    markUnconfirmed: wrapped('mark_unconfirmed', ledger.markUnconfirmed.bind(ledger)),
    release: wrapped('release', ledger.release.bind(ledger)),
    recordAnswer: wrapped('record_answer', ledger.recordAnswer.bind(ledger)),
    expectAnswer: wrapped('expect_answer', ledger.expectAnswer.bind(ledger)),
    check: wrapped('check', ledger.check.bind(ledger)),
    recordMax: wrapped('record_max', ledger.recordMax.bind(ledger)),
    readMax: wrapped('read_max', ledger.readMax.bind(ledger)),
    ...(ledger.deliveries && { deliveries: deliveriesWith(ledger.deliveries, wrapped) }),
    close: ledger.close.bind(ledger),
  };
}

function deliveriesWith(deliveries: DeliveryLedger, wrapped: WrapCall): DeliveryLedger {
  return {
    postpone: wrapped('postpone', deliveries.postpone.bind(deliveries)),
    park: wrapped('park', deliveries.park.bind(deliveries)),
    drop: wrapped('drop', deliveries.drop.bind(deliveries)),
    parkNew: wrapped('park_new', deliveries.parkNew.bind(deliveries)),
    takeDue: wrapped('take_due', deliveries.takeDue.bind(deliveries)),
    dueTenants: wrapped('due_tenants', deliveries.dueTenants.bind(deliveries)),
    wake: wrapped('wake', deliveries.wake.bind(deliveries)),
    giveUp: wrapped('give_up', deliveries.giveUp.bind(deliveries)),
    onDue: deliveries.onDue.bind(deliveries),
    counts: wrapped('counts', deliveries.counts.bind(deliveries)),
    outbox: outboxWith(deliveries.outbox, wrapped),
    admin: adminWith(deliveries.admin, wrapped),
  };
}

function outboxWith(outbox: Outbox, wrapped: WrapCall): Outbox {
  return {
    tenants: wrapped('outbox_tenants', outbox.tenants.bind(outbox)),
    take: wrapped('take_outbox', outbox.take.bind(outbox)),
    postpone: wrapped('postpone_outbox', outbox.postpone.bind(outbox)),
    remove: wrapped('remove_outbox', outbox.remove.bind(outbox)),
    counts: wrapped('count_outbox', outbox.counts.bind(outbox)),
  };
}

function adminWith(admin: DeliveryAdmin, wrapped: WrapCall): DeliveryAdmin {
  return {
    list: wrapped('list', admin.list.bind(admin)),
    find: wrapped('find', admin.find.bind(admin)),
    webhookOf: wrapped('webhook_of', admin.webhookOf.bind(admin)),
    replayAll: wrapped('replay_all', admin.replayAll.bind(admin)),
    replayOne: wrapped('replay_one', admin.replayOne.bind(admin)),
    discardAll: wrapped('discard_all', admin.discardAll.bind(admin)),
    discardOne: wrapped('discard_one', admin.discardOne.bind(admin)),
    erase: wrapped('erase', admin.erase.bind(admin)),
    activity: wrapped('activity', admin.activity.bind(admin)),
  };
}
