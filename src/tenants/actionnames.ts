/** The names of all actions, in the order in which people are shown them: the last segments of their paths. */
export const actionNames = ['rewards', 'benefits', 'credits', 'interactions', 'attributes'] as const;

/** Those that only a tenant serves that says so. */
const optIn: readonly string[] = ['credits'];

/** The actions of a tenant that does not say which it serves. */
export const usualActions: readonly string[] = Object.freeze(
  actionNames.filter((name) => !optIn.includes(name)),
);
