import type {
  Correction,
  Decision,
  DeliveryAdmin,
  DeliveryFilter,
  ListPlace,
} from '../deliveries/deliveryadmin.ts';

/** Parked deliveries that somebody has decided about. */
type Decided = Readonly<{ filter: DeliveryFilter; decision: Decision; limit: number }>;

/** What each call of people brings with it to the thread that has the database. */
export type AdminArguments = Readonly<{
  list: Readonly<{ filter: DeliveryFilter; limit: number; after?: ListPlace }>;
  find: Readonly<{ id: string }>;
  webhookOf: Readonly<{ id: string }>;
  replayAll: Decided;
  replayOne: Readonly<{ id: string; decision: Decision; correction?: Correction | undefined }>;
  discardAll: Decided;
  discardOne: Readonly<{ id: string; decision: Decision }>;
  /** Up to `limit` deliveries. */
  erase: Readonly<{
    tenant: string;
    digests: NonNullable<DeliveryFilter['digests']>;
    decision: Decision;
    limit: number;
  }>;
  activity: Readonly<{ tenant: string; since: number }>;
}>;

/** What each of them is answered. */
export type AdminAnswers = {
  readonly [Name in keyof AdminArguments]: Awaited<ReturnType<DeliveryAdmin[Name]>>;
};
