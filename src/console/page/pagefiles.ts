import type { Context, Middleware } from 'koa';
import { type PageFile, encodings, readBuiltPage } from './builtpage.ts';

/** Nothing from anywhere else, nothing inline, and in nobody's frame. */
const policy = [
  "default-src 'none'",
  "script-src 'self'",
  "style-src 'self'",
  "img-src 'self' data:",
  "connect-src 'self'",
  "form-action 'self'",
  "base-uri 'none'",
  "frame-ancestors 'none'",
].join('; ');

const headers = Object.freeze({
  'Content-Security-Policy': policy,
  'X-Content-Type-Options': 'nosniff',
  'Referrer-Policy': 'no-referrer',
  'Cross-Origin-Opener-Policy': 'same-origin',
  'Cross-Origin-Resource-Policy': 'same-origin',
});

/** In seconds: a year. A name holds a hash of its content, so what has it never changes. */
const forever = 'public, max-age=31536000, immutable';

/** The paths of others on this port. */
const others = /^\/(api|auth)(\/|$)/;

const notBuilt = 'The page of the console is not built: run npm run page. The API is here all the same.\n';

/**
 * Serves the console's page from the folder that scripts/page.ts builds it into: its assets by their names, and for
 * every other path that could be one of the page the page itself. What belongs to the API or to signing in, and every
 * method but GET and HEAD, goes on to `next`. With `hasSignIn` the page offers to sign in by the provider.
 *
 * @throws Error if the folder is there, and cannot be read
 */
export function pageFiles(folder: string, { hasSignIn = false } = {}): Middleware {
  const page = readBuiltPage(folder, hasSignIn ? 'index-signin.html' : 'index.html');
  return async function servePage(ctx, next) {
    const { method, path } = ctx;
    if ((method !== 'GET' && method !== 'HEAD') || others.test(path)) return next() as Promise<void>;
    const asset = page?.assets.get(path);
    if (asset !== undefined) send(ctx, asset, forever);
    else if (isFileName(path)) return next() as Promise<void>;
    else if (page === undefined) sayNotBuilt(ctx);
    else send(ctx, page.document, 'no-cache');
    return undefined;
  };
}

/** A path of the page has no dot: `/favicon.ico` and the like are not found, and no page. */
function isFileName(path: string): boolean {
  return path.includes('.') || path.startsWith('/assets/');
}

function send(ctx: Context, { type, etag, body, packed }: PageFile, caching: string): void {
  ctx.set({ ...headers, 'Cache-Control': caching, ETag: etag });
  ctx.vary('Accept-Encoding');
  ctx.status = 200;
  if (ctx.fresh) {
    ctx.status = 304;
    return;
  }
  const offered = encodings.filter((encoding) => packed[encoding] !== undefined);
  const encoding = ctx.acceptsEncodings(...offered, 'identity');
  const chosen = offered.find((one) => one === encoding);
  if (chosen !== undefined) ctx.set('Content-Encoding', chosen);
  ctx.type = type;
  ctx.body = chosen === undefined ? body : packed[chosen];
}

function sayNotBuilt(ctx: Context): void {
  ctx.set({ ...headers, 'Cache-Control': 'no-store' });
  ctx.status = 503;
  ctx.type = 'text/plain; charset=utf-8';
  ctx.body = notBuilt;
}
