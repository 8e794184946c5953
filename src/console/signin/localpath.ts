/**
 * A path of the console as a caller gave it, normalised; undefined for anything that leads, or could be read to lead, to
 * another place: a scheme, a host, a backslash, or signs that browsers leave out of a URL. The sign-in itself is no place
 * to go on to either, or it would begin anew for ever.
 *
 * @param origin - of the console
 */
export function localPathOf(text: string, origin: string): string | undefined {
  // Printable ASCII but for the backslash, which browsers take for a slash.
  if (!/^\/[\x21-\x5b\x5d-\x7e]*$/.test(text)) return undefined;
  const url = URL.parse(text, origin);
  if (url?.origin !== origin) return undefined;
  // `/.//host` is a path of ours only until its dots are resolved.
  return /^\/(\/|auth\/)/.test(url.pathname) ? undefined : url.pathname + url.search + url.hash;
}
