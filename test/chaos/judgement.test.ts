import { expect } from 'chai';
import type { Call } from '../../sandbox/journal.ts';
import { type ActionName, kindOf, knownActions } from './actions/actions.ts';
import type { Booked } from './actions/kind.ts';
import type { Delivery } from './caller.ts';
import { judgeRun, type Outcome } from './outcome.ts';
import { accepted, bookedOf, deliveryOf, told, unfinishedOf, webhookOf } from './samples.ts';
import { wrongOnes } from './table.ts';
import type { Unfinished } from './unfinished.ts';
import { type Webhook, idOf } from './webhook.ts';

/** A webhook of the action under the id that those of all others have too. */
const sharing = (action: ActionName, n = 0): Webhook =>
  webhookOf({ action, n, key: `${action}-${n}`, sharedId: 'order-0' });

const toldOf = (webhook: Webhook, id: number): Delivery =>
  deliveryOf(webhook, 'told', told(id, idOf(webhook)));

/** The call that made it, where one names it. */
function createsOf({ action, externalId, committedAt: at }: Booked): Call[] {
  const operation = kindOf(action).create;
  if (operation === undefined) return [];
  return [{ at, tenant: 'acme', operation, status: 201, committed: true, externalId: externalId ?? '' }];
}

function judged(
  deliveries: readonly Delivery[],
  booked: readonly Booked[],
  unfinished: readonly Unfinished[] = [],
  actions = knownActions,
): Outcome {
  return judgeRun({
    ...{
      actions,
      deliveries,
      unfinished,
      books: [{ tenant: 'acme', booked }],
      calls: booked.flatMap(createsOf),
    },
    ...{ scrapes: [], calm: [], exceeded: [], heldAtOnce: 0, crashes: 0 },
    ...{ killed: new Map<number, number>(), injected: [] },
  });
}

/** What is wrong, by section. */
function wrongIn({ sections }: Outcome): Record<string, string[]> {
  const all = Object.entries(sections).map(
    ([name, figures]) => [name, wrongOnes(figures).map((figure) => figure.name)] as const,
  );
  return Object.fromEntries(all.filter(([, names]) => names.length > 0));
}

describe('the judgement of several actions', () => {
  const webhooks = knownActions.map((action) => sharing(action));
  const deliveries = webhooks.map((webhook, id) => toldOf(webhook, id));
  const booked = webhooks.map((webhook, id) => bookedOf(webhook, id));

  it('finds nothing wrong with one of each under one id', () => {
    expect(wrongIn(judged(deliveries, booked))).to.deep.equal({});
  });

  it('has a section for each, and three for one that is alone', () => {
    const alone = judged(deliveries.slice(0, 1), booked.slice(0, 1), [], ['rewards']);
    expect(Object.keys(judged(deliveries, booked).sections)).to.include.members([...knownActions]);
    expect(Object.keys(alone.sections)).to.include.members(['promised', 'books', 'history']);
    expect(alone.sections).not.to.have.property('rewards');
  });

  for (const [position, action] of knownActions.entries()) {
    const own = sharing(action);
    const isCalled = kindOf(action).create !== undefined;

    it(`sees two ${action} under one id where they are${isCalled ? ', by both checkers' : ''}`, () => {
      const outcome = judged(deliveries, [...booked, bookedOf(own, 77)]);
      const more = isCalled ? ['created more often than sent'] : [];
      expect(wrongIn(outcome)).to.deep.equal({ [action]: ['doubled', ...more] });
      expect(outcome.suspects).to.deep.equal([own.key]);
    });

    it(`sees that one is missing of ${action}, whatever else there is under its id`, () => {
      const rest = booked.filter((_, at) => at !== position);
      const missing = ['answered 200 and not there', `answered with another ${kindOf(action).noun}`];
      expect(wrongIn(judged(deliveries, rest))).to.deep.equal({
        [action]: [...missing, ...(isCalled ? ['answered before it was created'] : [])],
      });
    });

    it(`counts what is parked of ${action} there, and takes it for nobody else's`, () => {
      const flawed: Webhook = { ...own, flaw: 'unknown definition' };
      const others = [
        ...deliveries.filter((_, at) => at !== position),
        deliveryOf(flawed, 'accepted', accepted()),
      ];
      const rest = booked.filter((_, at) => at !== position);
      const outcome = judged(others, rest, [unfinishedOf(flawed, 'parked', 'rejected')]);
      expect(wrongIn(outcome)).to.deep.equal({});
      for (const each of knownActions)
        expect(outcome.sections[each]?.some(({ name }) => name === 'parked, rejected')).to.equal(
          each === action,
        );
    });
  }

  it('sees a credit that was given for what asked for a reward', () => {
    const reward = sharing('rewards');
    const instead = { ...bookedOf(reward, 1), action: 'credits' } as const;
    const wrong = wrongIn(judged([toldOf(reward, 1)], [instead]));
    expect(wrong['rewards']).to.include('answered 200 and not there');
    expect(wrong['credits']).to.include('never asked for');
  });
});
