import { expect } from 'chai';
import type { DeliveryView, EventView } from '../../../web/api/types.ts';
import { sentenceOf, timelineOf } from '../../../web/words/timeline.ts';
import { timesIn } from '../../../web/words/times.ts';

const times = timesIn('en-GB', 'UTC');

const base: DeliveryView = {
  delivery_id: '0b4e6d0e-5f0a-4f0e-9d52-0f6f3c1f6a57',
  tenant: 'acme',
  action: 'rewards',
  state: 'issued',
  summary: { reward_definition_id: 42, amount: 10 },
  result: { reward_id: 4711, matched_by: 'email' },
  since: '2026-03-03T10:02:00Z',
  attempts: 2,
};

const at = (minute: number): string => `2026-03-03T10:${String(minute).padStart(2, '0')}:00Z`;
const arrived: EventView = { at: at(2), kind: 'arrived' };
const attempted = (minute: number, result: string, more: Partial<EventView> = {}): EventView => ({
  at: at(minute),
  kind: 'attempted',
  result,
  ...more,
});

const sentence = (delivery: Partial<DeliveryView>, events: readonly EventView[]): string =>
  sentenceOf(timelineOf({ ...base, ...delivery }, events), times);

describe('A timeline', () => {
  const told: [name: string, Partial<DeliveryView>, readonly EventView[], string][] = [
    [
      'of a customer who came later',
      {},
      [arrived, attempted(2, 'profile_not_found'), attempted(17, 'issued', { matched_by: 'email' })],
      '10:02 arrived · 10:02 Omneo did not know this customer yet · 10:17 found by e-mail · reward 4711 issued',
    ],
    [
      'of one that waits',
      { state: 'waiting', reason: 'throttled', attempts: 1, next_attempt_at: at(20) },
      [arrived, attempted(3, 'throttled')],
      '10:02 arrived · 10:03 Omneo was busy · 10:20 next attempt',
    ],
    [
      'of one that is parked: nobody waits for the customer any more',
      { state: 'parked', reason: 'profile_not_found', attempts: 1 },
      [arrived, attempted(2, 'profile_not_found')],
      '10:02 arrived · 10:02 Omneo did not know this customer · parked',
    ],
    [
      'of one that somebody put right',
      { attempts: 2 },
      [
        arrived,
        attempted(2, 'invalid_payload'),
        { at: at(30), kind: 'corrected', by: 'grace', why: 'A slip' },
        attempted(31, 'issued', { matched_by: 'klaviyo' }),
      ],
      '10:02 arrived · 10:02 a field of the webhook was wrong · 10:30 replayed with a corrected webhook by grace · 10:31 found by Klaviyo id · reward 4711 issued',
    ],
    [
      'of one that was discarded',
      { state: 'discarded', reason: 'decided', attempts: 1 },
      [arrived, attempted(2, 'rejected'), { at: at(9), kind: 'discarded', by: 'grace', why: 'A test' }],
      '10:02 arrived · 10:02 Omneo rejected it · 10:09 discarded by grace',
    ],
    [
      'of one whose customer was found before Omneo failed',
      { state: 'pending', attempts: 1 },
      [arrived, attempted(2, 'unavailable', { matched_by: 'omneo' })],
      '10:02 arrived · 10:02 found by Omneo id, but Omneo did not answer as it should · being worked on now',
    ],
    [
      'of one without any attempt',
      { state: 'pending', attempts: 0 },
      [arrived],
      '10:02 arrived · being worked on now',
    ],
    [
      'of a result that this page does not know yet',
      { state: 'pending', attempts: 1 },
      [arrived, attempted(2, 'something_new')],
      '10:02 arrived · 10:02 it did not work · being worked on now',
    ],
  ];
  for (const [name, delivery, events, text] of told)
    it(`tells in plain words ${name}`, () => {
      expect(sentence(delivery, events)).to.equal(text);
    });

  it('tells what was issued at once, of which there is no event', () => {
    expect(sentence({ attempts: 1 }, [arrived])).to.equal(
      '10:02 arrived · found by e-mail · reward 4711 issued',
    );
  });

  it('tells why something is parked that was never attempted', () => {
    const parked = { state: 'parked', reason: 'invalid_payload', attempts: 0 } as const;
    expect(sentence(parked, [arrived])).to.equal('10:02 arrived · a field of the webhook was wrong · parked');
  });

  it('tells attempts that came to the same in one line, from the first to the last', () => {
    const events = [arrived, attempted(3, 'throttled'), attempted(4, 'throttled'), attempted(8, 'throttled')];
    const lines = timelineOf({ ...base, state: 'pending', attempts: 3 }, events);
    expect(lines[1]).to.deep.equal({ at: at(3), until: at(8), text: 'Omneo was busy', note: '3 attempts' });
    expect(lines).to.have.length(3);
  });

  it('says that attempts are left out, if they are', () => {
    const [, gap] = timelineOf({ ...base, attempts: 61 }, [
      arrived,
      attempted(50, 'issued', { matched_by: 'email' }),
    ]);
    expect(gap).to.deep.equal({ text: '60 attempts that are not shown' });
  });

  it('says who decided, and why', () => {
    const [, line] = timelineOf({ ...base, attempts: 0 }, [
      arrived,
      { at: at(9), kind: 'replayed', by: 'grace', why: 'She is there now' },
    ]);
    expect(line).to.deep.equal({ at: at(9), text: 'replayed by grace', note: '“She is there now”' });
  });

  it('says until when a parked one is kept', () => {
    const until = '2026-04-02T10:02:00Z';
    const lines = timelineOf(
      { ...base, state: 'parked', reason: 'rejected', attempts: 0, kept_until: until },
      [arrived],
    );
    expect(lines.at(-1)).to.deep.equal({ text: 'parked, and forgotten if nobody decides', until });
  });
});
