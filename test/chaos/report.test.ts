import { expect } from 'chai';
import { storyOf } from './report.ts';
import { attemptOf, rewardOf, told, webhookOf } from './samples.ts';

describe('the history of a webhook', () => {
  it('has every attempt, log line, call and reward, and what happened to all meanwhile, in order of time', () => {
    const webhook = webhookOf();
    const attempts = [attemptOf('timed out', { requestId: '0.0.0', sentAt: 20_000, endedAt: 20_900 })];
    attempts.push(attemptOf(told(7), { requestId: '0.1.0', sentAt: 21_000, endedAt: 21_500 }));
    const call = {
      tenant: 'acme',
      operation: 'rewards.create',
      externalId: 'order-0',
      committed: true,
    } as const;
    const evidence = {
      actions: ['rewards'] as const,
      deliveries: [
        { webhook, attempts, end: 'told' },
        { webhook: webhookOf({ n: 1, key: 'other' }), attempts: [attemptOf('hung up')], end: 'silent' },
      ] as const,
      books: [{ tenant: 'acme', booked: [rewardOf(webhook, 7, { committedAt: 20_400 })] }],
      calls: [
        { ...call, at: 20_500, status: 'reset' as const, fault: 'reset' as const },
        { ...call, at: 20_500, status: 201, externalId: 'other' },
      ],
      unfinished: [],
      scrapes: [],
      calm: [],
      exceeded: [],
      heldAtOnce: 0,
      crashes: 0,
      killed: new Map<number, number>(),
      injected: [
        { name: 'ledger kill', at: 20_100 },
        { name: 'kill', at: 9_999 },
        { name: 'pause', at: 31_501 },
      ],
    };
    const logs = new Map([
      ['0.1.0', [{ at: 21_400, text: 'gateway-1 granted' }]],
      ['1.0.0', [{ at: 21_400, text: 'gateway-1 another' }]],
      ['', [{ at: 20_600, text: 'gateway-0 the ledger cannot be reached' }]],
    ]);
    const [, , ...lines] = storyOf('order-0', evidence, logs).split('\n');
    const words = lines.map((line) => line.split(' ').slice(1).filter(Boolean).slice(0, 2).join(' '));
    expect(words).to.deep.equal([
      'caller attempt',
      'injected ledger',
      'books reward',
      'omneo rewards.create',
      'gateway-0 the',
      'caller attempt',
      'caller attempt',
      'gateway-1 granted',
      'caller attempt',
    ]);
  });
});
