/** What a step can ask for, as far as its page differs by it. */
export type StepAction = Readonly<{
  /** The last segment of the URL. */
  name: string;
  does: string;
  /** One of what it makes. */
  noun: string;
}>;

/** The actions that this page knows how to set up. */
const stepActions: readonly StepAction[] = Object.freeze([
  { name: 'rewards', does: 'Issue a reward', noun: 'reward' },
  { name: 'credits', does: 'Give a credit', noun: 'credit' },
]);

/** What is known of an action; of one that is newer than this page, what its name says. */
export function stepActionOf(name: string): StepAction {
  return stepActions.find((one) => one.name === name) ?? { name, does: name, noun: name.replace(/s$/, '') };
}
