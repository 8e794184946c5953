import type { Context } from 'koa';
import type { Identity } from '../access/access.ts';

/** What the steps of a request hand on; each is there from the step on that is named. */
export type ApiState = {
  /** nameRequest */
  requestId: string;
  /** identify */
  identity: Identity;
  /** readApiBody: what the body says in JSON. */
  body: unknown;
};

/** A request to the console's API. */
export type ApiExchange = Context & { state: ApiState; params: Readonly<Record<string, string>> };

/** One step of a request, with one concern. */
export type ApiStep = (ctx: ApiExchange, next: () => Promise<unknown>) => Promise<void>;
