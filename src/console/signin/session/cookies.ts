/** A cookie that no script can read, as the console sets it. */
export type Cookie = Readonly<{
  name: string;
  /** Without a semicolon or a blank, as base64url is. */
  value: string;
  path: string;
  sameSite: 'Strict' | 'Lax';
  /** Whether the browser sends it by https only. */
  isSecure: boolean;
  /** In seconds; 0 takes the cookie away. */
  maxAge: number;
}>;

/** The value of a `Set-Cookie` header. */
export function setCookie({ name, value, path, sameSite, isSecure, maxAge }: Cookie): string {
  const lifetime = `Max-Age=${Math.max(0, Math.floor(maxAge))}`;
  const parts = [`${name}=${value}`, `Path=${path}`, lifetime, 'HttpOnly', `SameSite=${sameSite}`];
  return [...parts, ...(isSecure ? ['Secure'] : [])].join('; ');
}

/** The value of a cookie in a `Cookie` header: the first of that name, which is the one of the longest path. */
export function cookieIn(header: string | undefined, name: string): string | undefined {
  const pairs = (header ?? '').split(';').map((pair) => pair.trim());
  return pairs.find((pair) => pair.startsWith(`${name}=`))?.slice(name.length + 1);
}
