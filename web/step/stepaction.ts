/** What a step can ask for, as far as its page differs by it. */
export type StepAction = Readonly<{
  /** The last segment of the URL. */
  name: string;
  does: string;
  /** One of what it makes. */
  noun: string;
  /** Whether what it makes is worth an amount that the step says. */
  hasAmount: boolean;
  /** Whether it sets an attribute: it has no definition then, and no meta to store the Flow in. */
  setsAttribute: boolean;
}>;

/** The actions that this page knows how to set up. */
const stepActions: readonly StepAction[] = Object.freeze([
  { name: 'rewards', does: 'Issue a reward', noun: 'reward', hasAmount: true, setsAttribute: false },
  { name: 'benefits', does: 'Give a benefit', noun: 'benefit', hasAmount: false, setsAttribute: false },
  { name: 'credits', does: 'Give a credit', noun: 'credit', hasAmount: true, setsAttribute: false },
  {
    name: 'attributes',
    does: 'Set an attribute of the customer',
    noun: 'attribute',
    hasAmount: false,
    setsAttribute: true,
  },
]);

/** What is known of an action; of one that is newer than this page, what its name says. */
export function stepActionOf(name: string): StepAction {
  const unknown = { name, does: name, noun: name.replace(/s$/, ''), hasAmount: false, setsAttribute: false };
  return stepActions.find((one) => one.name === name) ?? unknown;
}
