import type { ReasonName, StateName } from '../api/types.ts';

/** How a reason is called, what it means, and what somebody can do about it. */
export type ReasonWords = Readonly<{ label: string; means: string; todo: string }>;

export const stateWords: Readonly<Record<StateName, string>> = Object.freeze({
  pending: 'Under way',
  waiting: 'Waiting',
  issued: 'Issued',
  parked: 'Parked',
  discarded: 'Discarded',
});

/** What each state means, for those who read it for the first time. */
export const stateMeanings: Readonly<Record<StateName, string>> = Object.freeze({
  pending: 'The gateway is working on it now.',
  waiting: 'It is tried again by itself.',
  issued: 'The customer has it.',
  parked: 'It is kept until somebody decides: replay it, or discard it.',
  discarded:
    'Somebody decided against it. Nothing more is attempted. What Omneo may have made already stays.',
});

const nothing = 'Nothing: it is tried again by itself.';

/** Every reason that the API gives, in words for people who have never seen the code. */
export const reasons: Readonly<Record<ReasonName, ReasonWords>> = Object.freeze({
  throttled: {
    label: 'Omneo is busy',
    means: 'Omneo takes so many calls a minute and no more.',
    todo: nothing,
  },
  unavailable: {
    label: 'Omneo does not answer',
    means: 'Omneo failed, or could not be reached.',
    todo: nothing,
  },
  credentials_refused: {
    label: 'Omneo refuses the credentials',
    means: 'Omneo does not take the user name or the token that the gateway has for this tenant.',
    todo: 'Ask your platform team to renew the credentials. What waits then goes on by itself.',
  },
  unconfirmed: {
    label: 'Outcome not known yet',
    means: 'Omneo was asked for it, and its answer got lost.',
    todo: 'Nothing: the gateway looks in Omneo before it sends anything again, so that none is issued twice.',
  },
  suspended: {
    label: 'Tenant is suspended',
    means: 'Your platform team has stopped this tenant.',
    todo: 'Ask your platform team to resume it. What waits then goes on by itself.',
  },
  held: {
    label: "Held: the day's budget is spent",
    means: 'This tenant, or this customer, has got all that a day may bring.',
    todo: 'It goes on tomorrow, or once the budget is raised. Replay it to let this one pass the budget.',
  },
  profile_not_found: {
    label: 'Customer not in Omneo',
    means: 'No profile in Omneo has this Klaviyo id or this e-mail address.',
    todo: 'Add the customer to Omneo, or correct the webhook. Then replay it.',
  },
  replayed: {
    label: 'Replayed',
    means: 'Somebody asked for another attempt.',
    todo: 'Nothing: it is attempted within seconds.',
  },
  rejected: {
    label: 'Omneo rejected it',
    means: 'Omneo says that this can never be issued.',
    todo: 'Check the definition in Omneo and the fields of the webhook. Then replay it.',
  },
  not_allowed: {
    label: 'Not allowed',
    means:
      'It asks for more than this tenant, or the webhook secret of its step, may issue, or for an action that this tenant does not serve any more.',
    todo: 'Ask your platform team to allow it, or correct the webhook. Then replay it.',
  },
  invalid_payload: {
    label: 'The webhook is wrong',
    means: 'A field is missing, or has a value that the gateway refuses.',
    todo: 'Correct the step in Klaviyo for those to come. Replay this one with a corrected webhook.',
  },
  id_reused: {
    label: 'Id used before',
    means: 'The same id came for another customer, or asked for something else.',
    todo: 'Make the id in the step unique for each webhook that asks for something new. Discard this one, and send it with an id of its own.',
  },
  gave_up: {
    label: 'Given up',
    means:
      'It failed again and again for as long as the tenant allows, five gateways died at it, or its tenant was gone for 30 days.',
    todo: 'Look at the last attempt. Replay it once its cause is gone.',
  },
  unreadable: {
    label: 'Cannot be opened',
    means: 'The stored webhook is sealed with a key that the gateway does not have.',
    todo: 'Ask your platform team for the old key, then replay it. Or send the webhook again.',
  },
  decided: {
    label: 'Decided against',
    means: 'Somebody discarded it.',
    todo: 'Nothing. The events say who and why.',
  },
  erased: {
    label: 'Customer erased',
    means: 'The customer was forgotten on request.',
    todo: 'Nothing.',
  },
});

const notYet: ReasonWords = Object.freeze({
  label: 'Customer not in Omneo yet',
  means: 'No profile in Omneo has this Klaviyo id or this e-mail address yet.',
  todo: 'Nothing: it is tried again by itself until the customer is there.',
});

/** The words for a reason; a customer who is not there yet is waited for, or not. */
export function wordsOf(state: StateName, reason: ReasonName): ReasonWords {
  return state === 'waiting' && reason === 'profile_not_found' ? notYet : reasons[reason];
}
