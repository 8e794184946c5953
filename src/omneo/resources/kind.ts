import type { Operation } from '../client/client.ts';

/** A kind of thing that Omneo makes for a profile under an `external_id`, as far as its calls differ from those of others. */
export type ResourceKind = Readonly<{
  /** One of it, in sentences: "reward". */
  noun: string;
  /** Where they are listed and created; their definitions lie below. */
  path: string;
  operations: Readonly<Record<'list' | 'create' | 'get' | 'definitions' | 'definition', Operation>>;
  /** What every look-up asks for beside the `external_id`. */
  filters: Readonly<Record<string, string>>;
  /** What each of those that the gateway makes holds, for these filters. */
  marks: Readonly<Record<string, string>>;
  /** The field that names its definition. */
  definitionField: string;
  /** The field that says what it was worth at first. */
  amountField: string;
}>;
