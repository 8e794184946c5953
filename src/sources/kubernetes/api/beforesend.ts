import type { Dispatcher } from 'undici';

/** Thrown by `check` to say that the request must not be sent any more. */
export class NotSent extends Error {
  override name = 'NotSent';
}

type Handler = Dispatcher.DispatchHandler;

/**
 * A dispatcher that asks right before a request is written, when it has its connection: to connect may take as long
 * as the process was paused. If `check` throws nothing is sent, and the request fails with what was thrown.
 */
export function askBeforeSend(dispatcher: Dispatcher, check: () => void): Dispatcher {
  return dispatcher.compose(
    (dispatch) => (options, handler) => dispatch(options, new CheckedHandler(handler, check)),
  );
}

class CheckedHandler implements Handler {
  readonly #handler: Handler;
  readonly #check: () => void;

  constructor(handler: Handler, check: () => void) {
    this.#handler = handler;
    this.#check = check;
  }

  onRequestStart(...[controller, context]: Parameters<NonNullable<Handler['onRequestStart']>>): void {
    this.#handler.onRequestStart?.(controller, context);
    try {
      this.#check();
    } catch (error) {
      controller.abort(error instanceof Error ? error : new Error('must not be sent', { cause: error }));
    }
  }

  onResponseStart(...given: Parameters<NonNullable<Handler['onResponseStart']>>): void {
    this.#handler.onResponseStart?.(...given);
  }

  onResponseData(...given: Parameters<NonNullable<Handler['onResponseData']>>): void {
    this.#handler.onResponseData?.(...given);
  }

  onResponseEnd(...given: Parameters<NonNullable<Handler['onResponseEnd']>>): void {
    this.#handler.onResponseEnd?.(...given);
  }

  onResponseError(...given: Parameters<NonNullable<Handler['onResponseError']>>): void {
    this.#handler.onResponseError?.(...given);
  }
}
