import { AsyncLocalStorage } from 'node:async_hooks';
import {
  type Attributes,
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
  /** Names the span. */
  traceparent: string;
  /** What the spans of its calls are made under; undefined: it is not exported, and they have none. */
  context: Context | undefined;
  /** `traceparent` of the webhook that it began with; empty: that was not traced. */
  origin: string;
}>;

/** A span that is about to begin. */
export type NewSpan = Pick<SpanOptions, 'kind' | 'links'> &
  Readonly<{ name: string; attributes?: Attributes }>;

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
  begin(span: NewSpan, traceparent = ''): Span {
    const caller = spanNamedBy(traceparent);
    const context = caller === undefined ? ROOT_CONTEXT : trace.setSpanContext(ROOT_CONTEXT, caller);
    return started(this.#tracers.deciding, span, context);
  }

  /** A span of its own trace, with a link to the one that `traceparent` names: it is exported if that one is. */
  beginLinked(span: NewSpan, traceparent: string): Span {
    const linked = spanNamedBy(traceparent);
    if (linked === undefined) return this.begin(span);
    if (!isSampled(linked)) return trace.wrapSpanContext({ ...linked, isRemote: false });
    return started(this.#tracers.exporting, { ...span, links: [{ context: linked }] }, ROOT_CONTEXT);
  }

  /** Does some work under a span, which it ends; `describe` says in it how that ended, if it is exported. */
  async run<T>(
    span: Span,
    { requestId, origin }: Pick<Active, 'requestId'> & Partial<Pick<Active, 'origin'>>,
    work: () => Promise<T>,
    describe: (span: Span) => void = () => undefined,
  ): Promise<T> {
    try {
      return await this.#active.run(activeOf(span, requestId, origin), work);
    } finally {
      if (span.isRecording()) describe(span);
      span.end();
    }
  }

  /** Calls something of which no span of now is to know. */
  outside<T>(call: () => T): T {
    return this.#active.run(undefined, call);
  }

  /**
   * Calls something in a span of the present trace, if that is exported; `describe` says in it what came of the call.
   * Of a trace that is not, nothing is made.
   *
   * @throws what `call` throws
   */
  within<T>(
    span: NewSpan | (() => NewSpan),
    call: (span: Span | undefined) => Promise<T>,
    describe: (span: Span, answer: T) => unknown = () => undefined,
  ): Promise<T> {
    const parent = this.active?.context;
    if (parent === undefined) return call(undefined);
    const begun = started(this.#tracers.exporting, typeof span === 'function' ? span() : span, parent);
    return described(begun, call, describe);
  }
}

function activeOf(span: Span, requestId: string, origin: string | undefined): Active {
  const named = span.spanContext();
  const traceparent = traceparentOf(named);
  const context = isSampled(named) ? trace.setSpan(ROOT_CONTEXT, span) : undefined;
  return { span, requestId, traceparent, context, origin: origin ?? traceparent };
}

/** A sampler is not shown the attributes: the SDK would check them before it decides, and once more after that. */
function started(tracer: Tracer, { name, attributes = {}, ...options }: NewSpan, context: Context): Span {
  const span = tracer.startSpan(name, options, context);
  return span.isRecording() ? span.setAttributes(attributes) : span;
}

async function described<T>(
  span: Span,
  call: (span: Span) => Promise<T>,
  describe: (span: Span, answer: T) => unknown,
): Promise<T> {
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

/** Marks a span as failed, with what a log line may say of the error. */
export function markFailed(span: Span, error: unknown): void {
  const names = errorNames(error);
  span.setStatus({ code: SpanStatusCode.ERROR, message: names });
  span.setAttribute('error.type', error instanceof Error ? error.name : typeof error);
}
