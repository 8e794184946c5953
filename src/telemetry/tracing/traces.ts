import type { AttemptEnded, DeliverTaken } from '../../delivery/delivertaken.ts';
import type { Ledger } from '../../ledger/ledger.ts';
import type { Log } from '../../lib/log.ts';
import type { Send } from '../../omneo/client/transport.ts';
import type { WebhookContext } from '../webhookcontext.ts';

/** A webhook as it comes in, before anything is known of it. */
export type Arrival = Readonly<{
  method: string;
  /** Its route, in which `:slug` stands for the tenant. */
  route: string;
  /** As it came; empty: its caller traces nothing. */
  traceparent: string;
  requestId: string;
}>;

/** What is known of a webhook once it is answered. */
export type WebhookEnd = Readonly<{ context: WebhookContext; status: number }>;

/** Called with how an attempt of a courier ended. */
type OnAttemptEnded = (attempt: AttemptEnded) => void;

/**
 * What follows webhooks through the gateway, put around its parts at the start. Without it none of them makes a call more.
 */
export type Traces = Readonly<{
  /** Handles a webhook under a span of its own, which goes on the trace of its caller. */
  webhook: (arrival: Arrival, handle: () => Promise<unknown>, end: () => WebhookEnd) => Promise<unknown>;
  /** Makes each attempt of a courier under a span of its own trace, with a link to the webhook that it came from. */
  attempts: (deliverTaken: DeliverTaken) => DeliverTaken;
  /** Says in the span of an attempt how it ended too; `onEnded` is called within the attempt. */
  attemptEnded: (onEnded: OnAttemptEnded) => OnAttemptEnded;
  /** The ledger with a span for each call, which remembers the trace of what it stores. */
  ledger: (ledger: Ledger) => Ledger;
  /** Sends requests to Omneo under spans, which they name in their `traceparent`. */
  sender: (send: Send) => Send;
  /** The log with `trace_id` and `request_id` in the lines of what is traced. */
  log: (log: Log) => Log;
  /** What an exemplar says of what goes on now; empty: nothing that could be looked up. */
  exemplar: () => Readonly<Record<string, string>>;
  /** Sends what is left, for some seconds at most. */
  stop: () => Promise<void>;
}>;
