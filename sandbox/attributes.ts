import { utcText } from './localtime.ts';

/** What Omneo knows of types. */
export const attributeTypes = ['string', 'integer', 'float', 'boolean', 'json', 'array'] as const;
export type AttributeType = (typeof attributeTypes)[number];

/** A custom attribute of a profile in Omneo's words. */
export type Attribute = {
  id: number;
  profile_id: string;
  namespace: string;
  handle: string;
  type: AttributeType;
  value: string | number | boolean | null;
  created_at: string;
  updated_at: string;
};

export type AttributeInput = Omit<Attribute, 'id' | 'created_at' | 'updated_at'>;

type Key = Pick<Attribute, 'profile_id' | 'namespace' | 'handle'>;

export type Attributes = {
  set(input: AttributeInput): Attribute;
  get(key: Key): Attribute | undefined;
  /** false: there was none. */
  remove(key: Key): boolean;
  /** In the order in which they were set first. */
  all(): Attribute[];
  /** Every value that was ever set, the oldest first. */
  history(): Attribute[];
};

/** MySQL's usual collation tells no letter cases apart. */
const nameOf = ({ profile_id: profile, namespace, handle }: Key) =>
  `${profile}/${namespace}:${handle}`.toLowerCase();

/** The attributes of one tenant's profiles. The clock gives epoch milliseconds. */
export function createAttributes(now: () => number): Attributes {
  const rows = new Map<string, Attribute>();
  const history: Attribute[] = [];
  let count = 0;
  return {
    set(input) {
      const name = nameOf(input);
      const time = utcText(now());
      const known = rows.get(name);
      const first = known ?? { id: (count += 1), created_at: time };
      // As Laravel does: who sets what is there already changes nothing.
      const isSame = known?.value === input.value && known.type === input.type;
      const { id, created_at } = first;
      const row = { id, ...input, created_at, updated_at: isSame ? known.updated_at : time };
      rows.set(name, row);
      history.push(row);
      return row;
    },
    get: (key) => rows.get(nameOf(key)),
    remove: (key) => rows.delete(nameOf(key)),
    all: () => [...rows.values()],
    history: () => [...history],
  };
}
