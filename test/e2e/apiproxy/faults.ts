/** Things an API server says on a bad day, for the hooks of the API proxy. */
import type { JsonObject } from '../output.ts';

export type Answer = {
  readonly status: number;
  readonly headers?: Readonly<Record<string, string>>;
  readonly body?: string | JsonObject;
};

/** A refusal with the Status object a real server sends: `refusal(410, 'Expired')`, `refusal(429, 'TooManyRequests')`. */
export function refusal(
  code: number,
  reason: string,
  headers: Readonly<Record<string, string>> = {},
): Answer {
  return { status: code, headers, body: status(code, reason) };
}

/** An ERROR event of a watch, as one line: `errorEvent(410, 'Expired')`. */
export function errorEvent(code: number, reason: string): string {
  return watchEvent('ERROR', status(code, reason));
}

/** Any event of a watch as one line, of a type and with an object that need not make sense. */
export function watchEvent(type: string, object: unknown): string {
  return JSON.stringify({ type, object });
}

function status(code: number, reason: string): JsonObject {
  const message = `${reason}, says the proxy`;
  return { kind: 'Status', apiVersion: 'v1', metadata: {}, status: 'Failure', message, reason, code };
}
