import { expect } from 'chai';
import { notifyOutcome, type Notified } from '../../../src/delivery/events/notifyoutcome.ts';
import { notifyForMs } from '../../../src/delivery/events/notifyfor.ts';
import type { EventAnswer } from '../../../src/klaviyo/eventanswer.ts';
import type { KlaviyoEvent } from '../../../src/klaviyo/klaviyoevent.ts';
import type { OutboxItem } from '../../../src/ledger/deliveries/outbox.ts';
import { LedgerUnavailable } from '../../../src/ledger/ledger.ts';
import { Confidential } from '../../../src/tenants/confidential.ts';
import { keyringOf } from '../../ledger/seal/samples.ts';
import { webhook } from '../../support/webhooks.ts';
import { durableTenant } from '../stored.ts';
import { itemOf, readWith } from './items.ts';

const apiKey = new Confidential('pk_of_the_tests');

describe('Telling Klaviyo of an outcome', () => {
  let answer: EventAnswer;
  let read: ReturnType<typeof readWith>;
  let sent: KlaviyoEvent[];
  let removed: OutboxItem[];
  let notified: Notified[];
  let postponed: [item: unknown, dueInMs: number][];
  let away: Error | undefined;
  let givenBack: string[];

  beforeEach(() => {
    answer = { result: 'sent', status: 202 };
    read = readWith();
    [sent, removed, notified, postponed, givenBack] = [[], [], [], [], []];
    away = undefined;
  });

  const notify = (item: OutboxItem): Promise<Notified> =>
    notifyOutcome({
      outbox: {
        remove: (gone) => {
          removed.push(gone as OutboxItem);
          return away === undefined ? Promise.resolve() : Promise.reject(away);
        },
        postpone: (item, dueInMs) => {
          postponed.push([item, dueInMs]);
          return away === undefined ? Promise.resolve() : Promise.reject(away);
        },
      },
      klaviyo: {
        createEvent: (_, event) => {
          sent.push(event);
          return Promise.resolve(answer);
        },
      },
      read,
      parkedRoom: { giveBack: (slug, kind) => givenBack.push(`${kind} ${slug}`) },
      onNotified: (each) => notified.push(each),
    })(durableTenant(), apiKey, item);

  it('sends the event of its webhook, and takes it out', async () => {
    const item = itemOf({}, JSON.stringify(webhook({ id: 'order-1' })));
    expect(await notify(item)).to.deep.equal({ item, result: 'sent', status: 202 });
    expect(sent.map(({ properties }) => properties['id'])).to.deep.equal(['order-1']);
    expect([removed, notified]).to.deep.equal([[item], [{ item, ...answer }]]);
    expect(givenBack).to.deep.equal(['unsent acme']);
  });

  it('takes out what Klaviyo will never take', async () => {
    answer = { result: 'rejected', status: 400, code: 'invalid' };
    const item = itemOf();
    expect(await notify(item)).to.deep.include(answer);
    expect([removed, givenBack]).to.deep.equal([[item], ['unsent acme']]);
  });

  for (const result of ['refused', 'throttled', 'unavailable'] as const)
    it(`leaves in it what is ${result}`, async () => {
      answer = { result, status: 500 };
      expect((await notify(itemOf())).result).to.equal(result);
      expect([removed, postponed, givenBack]).to.deep.equal([[], [], []]);
    });

  it('tells what is 72 hours old, and no more what is older', async () => {
    expect((await notify(itemOf({ ageMs: notifyForMs }))).result).to.equal('sent');
    const item = itemOf({ ageMs: notifyForMs + 1 });
    expect((await notify(item)).result).to.equal('expired');
    expect(sent).to.have.length(1);
    expect(removed.at(-1)).to.equal(item);
  });

  const unreadable: readonly (readonly [string, () => OutboxItem])[] = [
    ['whose person was erased', () => itemOf({ webhook: new Uint8Array() })],
    ['that was altered', () => itemOf({ context: { tenant: 'acme', key: 'rewards/id/other' } })],
    ['that is no JSON', () => itemOf({}, '{')],
    ['that no longer parses', () => itemOf({}, JSON.stringify(webhook({}, { amount: 'ten' })))],
    ['of an action that is no more', () => itemOf({ action: 'points' })],
  ];
  for (const [what, make] of unreadable)
    it(`takes out a webhook ${what}, and sends nothing`, async () => {
      const item = make();
      expect((await notify(item)).result).to.equal('unreadable');
      expect([sent, removed]).to.deep.equal([[], [item]]);
    });

  it('leaves in it what is sealed under a key that may be on its way here, for 15 minutes', async () => {
    read = readWith(keyringOf(2));
    const item = itemOf();
    expect((await notify(item)).result).to.equal('sealed');
    expect([sent, removed]).to.deep.equal([[], []]);
    expect(postponed).to.deep.equal([[item, 900_000]]);
  });

  it('fails nobody when the ledger is away while it postpones', async () => {
    read = readWith(keyringOf(2));
    away = new LedgerUnavailable('away');
    expect((await notify(itemOf())).result).to.equal('sealed');
  });

  it('fails nobody when the ledger is away: the item comes again', async () => {
    away = new LedgerUnavailable('away');
    expect((await notify(itemOf())).result).to.equal('sent');
    expect(givenBack).to.deep.equal([]);
  });

  it('hides no bug', async () => {
    away = new Error('a bug');
    expect(await notify(itemOf()).catch((error: unknown) => error)).to.equal(away);
  });
});
