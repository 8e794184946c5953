/** A browser as far as signing in needs one: cookies by origin and path, and no redirect that the test does not see. */

type Jar = Map<string, { value: string; attributes: string }>;

export class Browser {
  readonly #jars = new Map<string, Jar>();
  readonly #places: Readonly<Record<string, string>>;

  /** @param places - where the test serves an origin that is not its own address */
  constructor(places: Readonly<Record<string, string>> = {}) {
    this.#places = places;
  }

  /** The cookies of an origin, by name; a test may change them. */
  cookies(origin: string): Jar {
    const jar = this.#jars.get(origin) ?? new Map<string, { value: string; attributes: string }>();
    this.#jars.set(origin, jar);
    return jar;
  }

  /** One request; its redirect is not followed. */
  async request(url: string, init: RequestInit = {}): Promise<Response> {
    const { origin, pathname } = new URL(url);
    const jar = this.cookies(origin);
    const sent = [...jar].filter(([, { attributes }]) => pathname.startsWith(pathOf(attributes)));
    const cookie = sent.map(([name, { value }]) => `${name}=${value}`).join('; ');
    const headers = { ...(init.headers as Record<string, string> | undefined), cookie };
    const place = this.#places[origin] ?? origin;
    const response = await fetch(url.replace(origin, place), { ...init, headers, redirect: 'manual' });
    for (const line of response.headers.getSetCookie()) keep(jar, line);
    return response;
  }

  /** Goes where redirects lead until none does, or one leads to where `until` begins. */
  async follow(url: string, until = 'nowhere:'): Promise<{ url: string; response: Response }> {
    for (let at = url, hops = 0; hops < 10; hops += 1) {
      const response = await this.request(at);
      const location = response.headers.get('location');
      if (location === null) return { url: at, response };
      await response.body?.cancel();
      at = new URL(location, at).href;
      if (at.startsWith(until)) return { url: at, response };
    }
    throw new Error('too many redirects');
  }
}

function keep(jar: Jar, line: string): void {
  const [pair = '', ...attributes] = line.split('; ');
  const [name = '', value = ''] = pair.split(/=(.*)/s);
  if (!keepsItsName(name, attributes)) return;
  if (value === '' || attributes.includes('Max-Age=0')) jar.delete(name);
  else jar.set(name, { value, attributes: attributes.join('; ') });
}

/** Whether a cookie is as its name's prefix says (RFC 6265bis, section 4.1.3); a browser drops it if it is not. */
function keepsItsName(name: string, attributes: readonly string[]): boolean {
  const isSecure = attributes.includes('Secure');
  const isOfHost = attributes.includes('Path=/') && !attributes.some((each) => each.startsWith('Domain='));
  if (name.startsWith('__Host-')) return isSecure && isOfHost;
  return isSecure || !name.startsWith('__Secure-');
}

function pathOf(attributes: string): string {
  return /(?:^|; )path=([^;]*)/i.exec(attributes)?.[1] ?? '/';
}
