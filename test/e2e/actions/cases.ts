/** What webhooks of each action get wrong, and what Omneo refuses of them for good. */
import type { Operation } from '../../../sandbox/operation.ts';
import type { ActionName } from '../../support/asked.ts';
import type { Stage } from './stage.ts';

type Data = Readonly<Record<string, unknown>>;

/** Something that Omneo never makes. */
export type Refusal = Readonly<{
  what: string;
  data: Data;
  /** The first words of `detail`, and of what is said of the first field. */
  says: readonly [detail: RegExp, hint: RegExp];
  /** What has to be so first. */
  prepare?: (stage: Stage) => Promise<void>;
}>;

type Cases = Readonly<{
  /** Asks for something else. */
  another: Data;
  /** A value for each field that is wrong, and the code of its fault. */
  wrong: Readonly<Record<string, readonly [value: unknown, code: string]>>;
  refusals: readonly Refusal[];
  /** The call that makes one, and the one that finds it. */
  calls: Readonly<{ make: Operation; find: Operation }>;
}>;

const rejected = /is rejected by Omneo/;

/** By the names of the actions. */
export const cases: Readonly<Record<ActionName, Cases>> = Object.freeze({
  rewards: {
    another: { amount: 11 },
    wrong: {
      reward_definition_id: ['', 'missing'],
      amount: ['$25.00', 'not_a_number'],
      meta: ['winback', 'not_an_object'],
      profile_id: ['x', 'set_by_gateway'],
    },
    refusals: [
      {
        what: 'there is no such reward definition',
        data: { reward_definition_id: 777 },
        says: [/^Check the reward definition and the data fields/, rejected],
      },
      {
        what: 'a reward of that definition may not be worth so much',
        data: { amount: 101 },
        says: [/^Check the reward definition and the data fields/, rejected],
      },
    ],
    calls: { make: 'rewards.create', find: 'rewards.list' },
  },
  benefits: {
    another: { benefit_definition_id: 4 },
    wrong: {
      benefit_definition_id: ['birthday-gift', 'not_a_number'],
      benefit_definition_handle: ['birthday-gift', 'ambiguous'],
      value: ['$5', 'not_a_number'],
      external_id: ['x', 'set_by_gateway'],
    },
    refusals: [
      {
        what: 'there is no such benefit definition',
        data: { benefit_definition_id: 777 },
        says: [/^Check the benefit definition/, /names no benefit definition in Omneo/],
      },
      {
        what: 'there is no benefit definition of that handle',
        data: { benefit_definition_id: undefined, benefit_definition_handle: 'no-such-handle' },
        says: [/^Check the benefit definition/, /names no benefit definition in Omneo/],
      },
      {
        what: 'the benefit definition has ended',
        data: { benefit_definition_id: 5 },
        says: [/^Check the benefit definition/, /has ended/],
      },
      {
        what: 'none is left of the benefit definition',
        data: { benefit_definition_id: 4 },
        says: [/^Check the benefit definition/, /none is left/],
        prepare: (stage) => stage.sendBefore(stage.webhook('benefits', { benefit_definition_id: 4 })),
      },
    ],
    calls: { make: 'benefits.create', find: 'benefits.list' },
  },
  credits: {
    another: { credit_definition_id: 8 },
    wrong: {
      credit_definition_id: ['gift', 'not_a_number'],
      amount: [0.001, 'not_in_cents'],
      external_namespace: ['till', 'set_by_gateway'],
    },
    refusals: [
      {
        what: 'there is no such credit definition',
        data: { credit_definition_id: 777 },
        says: [/^Check the credit definition/, rejected],
      },
      {
        what: 'a credit of that definition may not be worth so much',
        data: { credit_definition_id: 8, amount: 501 },
        says: [/^Check the credit definition/, rejected],
      },
    ],
    calls: { make: 'credits.create', find: 'credits.list' },
  },
  interactions: {
    another: { signal: -1 },
    wrong: {
      name: ['', 'missing'],
      channel: ['pigeon', 'not_a_choice'],
      action: ['View', 'not_a_choice'],
      signal: [2, 'not_a_choice'],
      namespace: ['a,b', 'not_a_namespace'],
      interacted_at: ['01/03/2026', 'not_a_time'],
      identifier: ['x', 'set_by_gateway'],
    },
    refusals: [
      {
        what: 'it points at what is not there',
        data: { interacted_type: 'reward', interacted_id: 777 },
        says: [/^Check the fields of data: Omneo says that this interaction can never be recorded/, rejected],
      },
    ],
    calls: { make: 'interactions.create', find: 'interactions.list' },
  },
  attributes: {
    another: { value: 'poodle' },
    wrong: {
      namespace: ['a/b', 'not_a_name'],
      handle: ['', 'missing'],
      value: [['beagle'], 'not_a_value'],
      type: ['date', 'not_a_type'],
      id: [1, 'set_by_gateway'],
    },
    refusals: [
      {
        what: 'there is no such attribute',
        data: { handle: 'colour' },
        says: [/^Check the namespace, the handle and the value/, /check there that the attribute exists/],
      },
      {
        what: 'the attribute is of another type',
        data: { value: 7 },
        says: [/^Check the namespace, the handle and the value/, /without quotes/],
      },
    ],
    calls: { make: 'attributes.set', find: 'attributes.get' },
  },
});
