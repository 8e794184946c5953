import { expect } from 'chai';
import { GoneTenants } from '../../../src/delivery/limits/gonetenants.ts';
import { type GivingUp, mostChanged } from '../../../src/ledger/deliveries/deliveries.ts';
import { LedgerUnavailable } from '../../../src/ledger/ledger.ts';
import type { Resolution } from '../../../src/tenants/tenant.ts';
import { HandClock } from '../../ledger/clock.ts';
import { type Lines, logInto } from '../../support/loglines.ts';

const [hour, day] = [3_600_000, 24 * 3_600_000];
const start = 100 * day;
const registered = { webhookSecrets: [] } as unknown as Resolution;
const dueOf = (...tenants: readonly string[]) => tenants.map((tenant) => ({ tenant, dueInMs: 0 }));

describe('What waits for a tenant that is gone', () => {
  let clock: HandClock;
  let lines: Lines;
  let asked: (readonly [string, GivingUp])[];
  /** How many each call parks. */
  let parks: number[];
  let complete: boolean;
  let suspendedAt: number;
  let failing: string | undefined;
  let gone: GoneTenants;

  beforeEach(() => {
    clock = new HandClock(start);
    [lines, asked, parks, complete, suspendedAt, failing] = [[], [], [], true, 0, undefined];
    gone = new GoneTenants({
      deliveries: {
        giveUp: (tenant, givingUp) => {
          asked.push([tenant, givingUp]);
          if (tenant === failing) return Promise.reject(new LedgerUnavailable('too much of it'));
          return Promise.resolve(parks.shift() ?? 0);
        },
      },
      registry: {
        get: (slug) => (slug === 'acme' ? registered : undefined),
        get complete() {
          return complete;
        },
      },
      suspensions: { lastSeen: () => Promise.resolve(suspendedAt) },
      ...{ clock, log: logInto(lines), parkedMs: 7 },
    });
  });

  it('is given up thirty days after it was accepted, and nothing of a tenant that is registered', async () => {
    await gone.look(dueOf('acme', 'gone'));
    expect(asked).to.deep.equal([['gone', { acceptedBefore: start - 30 * day, keepMs: 7 }]]);
  });

  it('is left alone until every tenant is known', async () => {
    complete = false;
    await gone.look(dueOf('gone'));
    expect(asked).to.deep.equal([]);
    complete = true;
    await gone.look(dueOf('gone'));
    expect(asked).to.have.length(1);
  });

  it('is left alone for thirty days after a suspension', async () => {
    suspendedAt = start - 30 * day + 1;
    await gone.look(dueOf('gone'));
    expect(asked).to.deep.equal([]);
    suspendedAt = start - 30 * day;
    clock.advance(hour);
    await gone.look(dueOf('gone'));
    expect(asked).to.have.length(1);
  });

  it('is looked for once an hour', async () => {
    await gone.look(dueOf('gone'));
    clock.advance(hour - 1);
    await gone.look(dueOf('gone'));
    expect(asked).to.have.length(1);
    clock.advance(1);
    await gone.look(dueOf('gone'));
    expect(asked).to.have.length(2);
  });

  it('is given up to the last, however much it is, and is one line in the log', async () => {
    parks = [mostChanged, mostChanged, 3];
    await gone.look(dueOf('gone'));
    expect(asked).to.have.length(3);
    expect(lines.map(([level, , fields]) => [level, fields])).to.deep.equal([
      ['warn', { tenant: 'gone', deliveries: 2 * mostChanged + 3 }],
    ]);
  });

  it('holds up no other that the ledger fails at', async () => {
    failing = 'gone';
    await gone.look(dueOf('gone', 'lost'));
    expect(asked.map(([tenant]) => tenant)).to.deep.equal(['gone', 'lost']);
    expect(lines.map(([level, , fields]) => [level, fields])).to.deep.equal([['warn', { tenant: 'gone' }]]);
  });

  it('is no line in the log if there is nothing', async () => {
    await gone.look(dueOf('gone'));
    expect(lines).to.deep.equal([]);
  });
});
