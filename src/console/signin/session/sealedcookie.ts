import type { Keyring } from '../../../ledger/seal/keyring.ts';
import { type Cookie, cookieIn, setCookie } from './cookies.ts';

/** What seals the console's cookies. */
export type CookieKeyring = Pick<Keyring, 'seal' | 'open'>;

type CookieForm = Omit<Cookie, 'value' | 'maxAge'>;

/**
 * A cookie whose text only the gateway's replicas can read and make. By https its name begins with a prefix, so that a
 * browser takes it from this host alone where its path is `/`, and by https alone where it is not.
 */
export class SealedCookie {
  readonly #form: CookieForm;
  readonly #keyring: CookieKeyring;

  constructor(form: CookieForm, keyring: CookieKeyring) {
    this.#form = { ...form, name: prefixOf(form) + form.name };
    this.#keyring = keyring;
  }

  /** The `Set-Cookie` header that gives a browser this text for `maxAge` seconds. */
  give(text: string, maxAge: number): string {
    const value = this.#keyring.seal(text, this.#context()).toString('base64url');
    return setCookie({ ...this.#form, value, maxAge });
  }

  /** The `Set-Cookie` header that takes the cookie away. */
  take(): string {
    return setCookie({ ...this.#form, value: '', maxAge: 0 });
  }

  /** Whether a `Cookie` header brings this cookie. */
  isIn(header: string | undefined): boolean {
    return (cookieIn(header, this.#form.name) ?? '') !== '';
  }

  /** The text in a `Cookie` header; undefined if there is none that was sealed here under a key that counts. */
  read(header: string | undefined): string | undefined {
    const value = cookieIn(header, this.#form.name) ?? '';
    const opened = this.#keyring.open(Buffer.from(value, 'base64url'), this.#context());
    return typeof opened === 'string' ? opened : undefined;
  }

  /** The name is sealed too, so that one cookie cannot be passed off as another. No tenant has an empty slug. */
  #context(): { tenant: string; key: string } {
    return { tenant: '', key: this.#form.name };
  }
}

function prefixOf({ path, isSecure }: CookieForm): string {
  if (!isSecure) return '';
  return path === '/' ? '__Host-' : '__Secure-';
}
