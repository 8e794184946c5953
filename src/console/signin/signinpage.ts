import type { Context } from 'koa';

/** A page of the sign-in: what has happened, and where to go on. */
export type SignInPage = Readonly<{
  title: string;
  sentence: string;
  link: Readonly<{ text: string; to: string }>;
  /** Goes there by itself. */
  isPassing?: boolean;
}>;

/**
 * Answers a page. It works without a script and loads nothing. Its link is followed from a page of the console, and so,
 * other than a redirect from the provider, brings the session's cookie, which is SameSite=Strict.
 */
export function answerPage(ctx: Context, status: number, page: SignInPage): void {
  ctx.status = status;
  ctx.set(
    'Content-Security-Policy',
    "default-src 'none'; base-uri 'none'; form-action 'none'; frame-ancestors 'none'",
  );
  ctx.set('X-Content-Type-Options', 'nosniff');
  ctx.type = 'html';
  ctx.body = htmlOf(page);
}

function htmlOf({ title, sentence, link, isPassing = false }: SignInPage): string {
  const to = escaped(link.to);
  return [
    '<!doctype html>',
    '<html lang="en">',
    '<meta charset="utf-8">',
    '<meta name="viewport" content="width=device-width">',
    '<meta name="color-scheme" content="light dark">',
    ...(isPassing ? [`<meta http-equiv="refresh" content="0; url=${to}">`] : []),
    `<title>${escaped(title)}</title>`,
    `<main><h1>${escaped(title)}</h1>`,
    `<p>${escaped(sentence)}</p>`,
    `<p><a href="${to}">${escaped(link.text)}</a></p></main>`,
    '</html>',
    '',
  ].join('\n');
}

const entities: Readonly<Record<string, string>> = {
  '&': '&amp;',
  '<': '&lt;',
  '>': '&gt;',
  '"': '&quot;',
  "'": '&#39;',
};

function escaped(text: string): string {
  return text.replaceAll(/[&<>"']/g, (sign) => entities[sign] ?? '');
}
