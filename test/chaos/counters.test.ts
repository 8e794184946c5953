import { expect } from 'chai';
import { compareCalm } from './calm.ts';
import { compareCounters } from './counters.ts';
import { accepted, attemptOf, deliveryOf, rewardOf, told, webhookOf } from './samples.ts';

const counted = (code: number, count: number) =>
  `omneo_gateway_webhook_requests_total{tenant="acme",code="${code}",outcome="granted",action="rewards"} ${count}`;
const busy = { status: 503, word: 'not_ready' };
const webhook = webhookOf();

describe('the metrics checker of the chaos run', () => {
  const delivery = deliveryOf(webhook, 'told', busy, busy, 'broken', told(1));
  const rows: readonly [name: string, text: string[], wrong: number][] = [
    ['counts as the caller does', [counted(200, 1), counted(503, 2)], 0],
    ['counts an attempt whose answer was lost', [counted(200, 2), counted(503, 2)], 0],
    ['counts less than was answered', [counted(200, 1), counted(503, 1)], 1],
    ['counts more than was ever sent', [counted(200, 3), counted(503, 2)], 1],
    ['counts a status that nobody saw', [counted(200, 1), counted(503, 2), counted(404, 2)], 1],
  ];
  for (const [name, text, wrong] of rows) {
    it(name, () => {
      expect(compareCounters([{ process: 0, text: text.join('\n') }], [delivery])).to.have.length(wrong);
    });
  }

  it('takes an attempt that outlived its process for an unanswered one', () => {
    const attempts = [attemptOf(told(1), { process: [0, 1] })];
    const scrape = (count: number) => [{ process: 1, text: counted(200, count) }];
    expect(compareCounters(scrape(0), [{ webhook, attempts, end: 'told' }])).to.deep.equal([]);
    expect(compareCounters(scrape(1), [{ webhook, attempts, end: 'told' }])).to.deep.equal([]);
  });

  it('wants exact counts in the calm', () => {
    const created =
      'omneo_gateway_upstream_requests_total{tenant="acme",operation="rewards.create",code="201"}';
    const reading = (webhooks: number, creates: number, rewards: number) => ({
      metrics: [[counted(200, webhooks), `${created} ${creates}`].join('\n')],
      books: [{ tenant: 'acme', booked: Array.from({ length: rewards }, (_, id) => rewardOf(webhook, id)) }],
    });
    const deliveries = [deliveryOf(webhook, 'told', told(1))];
    expect(compareCalm('rewards', reading(5, 5, 5), reading(6, 6, 6), deliveries)).to.deep.equal([]);
    expect(compareCalm('rewards', reading(5, 5, 5), reading(7, 6, 6), deliveries)).to.have.length(1);
    expect(compareCalm('rewards', reading(5, 5, 5), reading(6, 6, 7), deliveries)).to.have.length(3);
    const others = [...deliveries, deliveryOf(webhookOf({ action: 'credits' }), 'told', told(1))];
    expect(compareCalm('rewards', reading(5, 5, 5), reading(6, 6, 6), others)).to.deep.equal([]);
    expect(compareCalm('credits', reading(5, 5, 5), reading(6, 6, 6), others)).to.deep.equal([
      'in the calm: 1 answers "created" or "accepted", and 0 credits',
    ]);
    const promised = [deliveryOf(webhook, 'accepted', accepted())];
    expect(compareCalm('rewards', reading(5, 5, 5), reading(5, 6, 6), promised)).to.deep.equal([]);
    expect(compareCalm('rewards', reading(5, 5, 5), reading(5, 5, 5), promised)).to.have.length(2);
  });
});
