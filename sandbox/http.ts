import type { IncomingMessage } from 'node:http';

/** One call as the handlers see it: decided to be for a tenant's operation, body read. */
export type Ask = {
  /** The address without its query, as links and meta.path repeat it. */
  path: string;
  query: URLSearchParams;
  authorization: string;
  contentType: string;
  body: string;
};

/** One answer, not sent yet. */
export type Answer = {
  status: number;
  headers: Record<string, string>;
  body: string | Buffer;
  /** Whether a write took effect. */
  committed?: boolean;
};

/** An answer in JSON. */
export function json(status: number, body: unknown, headers: Record<string, string> = {}): Answer {
  return { status, headers: { 'content-type': 'application/json', ...headers }, body: JSON.stringify(body) };
}

/** An answer as a browser would get it, which a client of an API has to survive. */
export const html = (status: number, title: string): Answer => ({
  status,
  headers: { 'content-type': 'text/html; charset=UTF-8' },
  body: `<!DOCTYPE html><html><head><title>${title}</title></head><body><h1>${title}</h1></body></html>`,
});

export const notFound = () => json(404, { message: 'Not Found' });

export const isRecord = (value: unknown): value is Record<string, unknown> =>
  typeof value === 'object' && value !== null && !Array.isArray(value);

/** The body's fields. As in Laravel, a body that is no JSON object has no fields. */
export function fieldsOf(ask: Ask): Record<string, unknown> {
  if (!ask.contentType.includes('json')) return {};
  try {
    const body: unknown = JSON.parse(ask.body);
    return isRecord(body) ? body : {};
  } catch {
    return {};
  }
}

/** Reads a whole body as text. */
export async function readBody(request: IncomingMessage): Promise<string> {
  const chunks: Buffer[] = [];
  for await (const chunk of request) if (Buffer.isBuffer(chunk)) chunks.push(chunk);
  return Buffer.concat(chunks).toString('utf8');
}
