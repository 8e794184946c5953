/** What the run asks for, and what it expects of Omneo's books, held against a gateway and a sandbox. */
import { expect } from 'chai';
import { Agent } from 'undici';
import { type Sandbox, startSandbox } from '../../../sandbox/omneo.ts';
import { sample } from '../../../sandbox/sample.ts';
import { actionNames } from '../../../src/tenants/actionnames.ts';
import { type Gateway, startGateway } from '../../support/gateway.ts';
import { type Answer, answerOf } from '../attempt.ts';
import type { Delivery } from '../caller.ts';
import { checkBooks } from '../checker.ts';
import { withFlaws } from '../flaws.ts';
import { withActions } from '../mixed.ts';
import { profilesOf } from '../people.ts';
import { post } from '../post.ts';
import { attemptOf } from '../samples.ts';
import type { Flaw, Webhook } from '../webhook.ts';
import { planWebhooks } from '../webhooks.ts';
import { type ActionName, kindOf, knownActions } from './actions.ts';

/** What is answered, and how many calls Omneo has refused for it. */
const refusedAs = {
  'unknown definition': '422 reward_rejected, refused 1',
  'invalid payload': '400 invalid_payload, refused 0',
  'unknown profile': '404 profile_not_found, refused 0',
} as const;

/** Webhooks of one tenant and action, of which none equals another one. */
function plannedFor(action: ActionName, seed: number): Webhook[] {
  const all = planWebhooks({ count: 80, seed, arrivalsMs: 1000, apartMs: 1 });
  const own = all.filter(({ tenant, twinOf }) => tenant === 'acme' && twinOf === undefined);
  return withActions(own, { actions: [action], seed });
}

/** Some with each flaw. */
function flawedFor(action: ActionName): Webhook[] {
  const plans = Array.from({ length: 40 }, (_, seed) => withFlaws(plannedFor(action, 100 + seed), seed));
  const flawed = Object.groupBy(plans.flat(), ({ flaw = 'none' }) => flaw);
  return Object.keys(refusedAs).flatMap((flaw) => flawed[flaw as Flaw]?.slice(0, 5) ?? []);
}

describe('the actions of the chaos run', () => {
  let sandbox: Sandbox;
  let gateway: Gateway;
  let agent: Agent;

  before(async () => {
    sandbox = await startSandbox({ tenants: sample, attributesOnDemand: true });
    sandbox.addProfiles('acme', profilesOf('acme'));
    gateway = await startGateway();
    const spec = {
      klaviyo: { secretRefs: [{ name: 'klaviyo', key: 'webhook-secret' }], actions: knownActions },
    };
    const secrets = { klaviyo: { 'webhook-secret': 'acme-webhook-secret-change-me' } };
    gateway.tenant('acme', { baseURL: sandbox.baseURL('acme'), spec, secrets });
    agent = new Agent({ allowH2: false, connections: 1 });
  });
  after(async () => {
    await agent.close();
    await gateway.stop();
    await sandbox.close();
  });

  async function send(webhook: Webhook): Promise<Answer> {
    const options = { agent, port: Number(new URL(gateway.url).port), requestId: 'r', timeoutMs: 20_000 };
    const answer = await post(webhook, options);
    if (typeof answer === 'string') throw new Error(`the gateway did not answer: ${answer}`);
    return answer;
  }

  /** How often Omneo has said that what it was sent can never work. */
  const refusals = (): number =>
    Object.entries(sandbox.statuses()).reduce(
      (sum, [call, count]) => (call.endsWith(' 422') ? sum + count : sum),
      0,
    );

  const booked = (action: ActionName) => sandbox[action]('acme').map((row) => kindOf(action).read(row));

  it('are all that there are', () => {
    expect(knownActions).to.have.members(actionNames);
  });

  for (const action of knownActions) {
    it(`have webhooks of ${action} that make what their checker expects, and cost what budgets are planned by`, async () => {
      const deliveries: Delivery[] = [];
      for (const webhook of plannedFor(action, 5))
        deliveries.push({ webhook, end: 'told', attempts: [attemptOf(await send(webhook))] });
      const answers = deliveries.flatMap(({ attempts }) => attempts.map(answerOf));
      expect(answers.map((answer) => answer?.word)).to.deep.equal(answers.map(() => 'created'));
      const books = [{ tenant: 'acme', booked: booked(action) }];
      expect(books[0]?.booked).to.have.length(deliveries.length);
      const findings = checkBooks({ action, deliveries, killed: new Map() }, books, []);
      expect(Object.entries(findings).filter(([, keys]) => keys.length > 0)).to.deep.equal([]);
      const costs = new Map(booked(action).map(({ key, cents }) => [key, cents]));
      for (const { webhook } of deliveries)
        expect(costs.get(webhook.key)).to.equal(kindOf(action).cents(webhook));
    });

    it(`have flawed webhooks of ${action}, each refused as its flaw says, by Omneo where it is Omneo’s to know`, async () => {
      const flawed = flawedFor(action);
      expect(new Set(flawed.map(({ flaw }) => flaw))).to.have.property('size', 3);
      for (const webhook of flawed) {
        const before = refusals();
        const { status, word } = await send(webhook);
        const answered = `${status} ${word}, refused ${refusals() - before}`;
        expect(answered, webhook.flaw).to.equal(refusedAs[webhook.flaw!]);
      }
    });
  }
});
