/** What a step can ask for, as far as its page differs by it. */
export type StepAction = Readonly<{
  /** The last segment of the URL. */
  name: string;
  does: string;
  /** One of what it makes. */
  noun: string;
  /** What the step says of what it makes: of which definition it is, and what it is worth; what happened; or an attribute's value. */
  says: 'definition' | 'definition and amount' | 'interaction' | 'attribute';
}>;

/** The actions that this page knows how to set up. */
const stepActions: readonly StepAction[] = Object.freeze([
  { name: 'rewards', does: 'Issue a reward', noun: 'reward', says: 'definition and amount' },
  { name: 'benefits', does: 'Give a benefit', noun: 'benefit', says: 'definition' },
  { name: 'credits', does: 'Give a credit', noun: 'credit', says: 'definition and amount' },
  { name: 'interactions', does: 'Record an interaction', noun: 'interaction', says: 'interaction' },
  { name: 'attributes', does: 'Set an attribute of the customer', noun: 'attribute', says: 'attribute' },
]);

/** What is known of an action; of one that is newer than this page, what its name says. */
export function stepActionOf(name: string): StepAction {
  const unknown = { name, does: name, noun: name.replace(/s$/, ''), says: 'definition' } as const;
  return stepActions.find((one) => one.name === name) ?? unknown;
}
