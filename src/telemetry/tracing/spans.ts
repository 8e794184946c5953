import { AsyncLocalStorage } from 'node:async_hooks';
import {
  type Context,
  ROOT_CONTEXT,
  type Span,
  type SpanOptions,
  SpanStatusCode,
  type Tracer,
  trace,
} from '@opentelemetry/api';
import { errorNames } from '../../lib/log.ts';
import { isSampled, spanNamedBy, traceparentOf } from './traceparent.ts';

/** What goes on now belongs to this. */
export type Active = Readonly<{
  span: Span;
  /** What log lines name it by. */
  requestId: string;
  /** `traceparent` of the webhook that it began with; empty: that was not traced. */
  origin: string;
}>;

/** A span that is about to begin. */
export type NewSpan = SpanOptions & Readonly<{ name: string }>;

export type Tracers = Readonly<{
  /** Decides whether a trace is exported. */
  deciding: Tracer;
  /** Makes spans that are exported: what belongs to a trace of which that is decided. */
  exporting: Tracer;
}>;

/**
 * The spans of one process. What a webhook or an attempt calls finds its span, however long that takes; what nobody
 * traces has none, and is only called.
 */
export class Spans {
  readonly #tracers: Tracers;
  readonly #active = new AsyncLocalStorage<Active | undefined>();

  constructor(tracers: Tracers) {
    this.#tracers = tracers;
  }

  get active(): Active | undefined {
    return this.#active.getStore();
  }

  /** A span that goes on the trace that `traceparent` names, or begins one. */
  begin({ name, ...options }: NewSpan, traceparent = ''): Span {
    const caller = spanNamedBy(traceparent);
    const context = caller === undefined ? ROOT_CONTEXT : trace.setSpanContext(ROOT_CONTEXT, caller);
    return this.#tracers.deciding.startSpan(name, options, context);
  }

  /** A span of its own trace, with a link to the one that `traceparent` names: it is exported if that one is. */
  beginLinked({ name, ...options }: NewSpan, traceparent: string): Span {
    const linked = spanNamedBy(traceparent);
    if (linked === undefined) return this.begin({ name, ...options });
    if (!isSampled(linked)) return trace.wrapSpanContext({ ...linked, isRemote: false });
    return this.#tracers.exporting.startSpan(
      name,
      { ...options, links: [{ context: linked }] },
      ROOT_CONTEXT,
    );
  }

  /** Does some work under a span, which it ends. */
  async run<T>(
    span: Span,
    { requestId, origin }: Partial<Active> & Pick<Active, 'requestId'>,
    work: () => Promise<T>,
  ): Promise<T> {
    const active = { span, requestId, origin: origin ?? traceparentOf(span.spanContext()) };
    try {
      return await this.#active.run(active, work);
    } finally {
      span.end();
    }
  }

  /** Calls something of which no span of now is to know. */
  outside<T>(call: () => T): T {
    return this.#active.run(undefined, call);
  }

  /**
   * Calls something in a span of the present trace, if that is exported; `describe` says in it what came of the call.
   *
   * @throws what `call` throws
   */
  async within<T>(
    { name, ...options }: NewSpan,
    call: (span: Span | undefined) => Promise<T>,
    describe: (span: Span, answer: T) => unknown = () => undefined,
  ): Promise<T> {
    const parent = this.#exported();
    if (parent === undefined) return call(undefined);
    const span = this.#tracers.exporting.startSpan(name, options, parent);
    try {
      const answer = await call(span);
      describe(span, answer);
      return answer;
    } catch (error) {
      markFailed(span, error);
      throw error;
    } finally {
      span.end();
    }
  }

  #exported(): Context | undefined {
    const span = this.active?.span;
    return span !== undefined && isSampled(span.spanContext())
      ? trace.setSpan(ROOT_CONTEXT, span)
      : undefined;
  }
}

/** Marks a span as failed, with what a log line may say of the error. */
export function markFailed(span: Span, error: unknown): void {
  const names = errorNames(error);
  span.setStatus({ code: SpanStatusCode.ERROR, message: names });
  span.setAttribute('error.type', error instanceof Error ? error.name : typeof error);
}
