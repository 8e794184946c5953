import { invalid } from './tenant.ts';

/** To which hosts the gateway sends credentials: the operator's say, not the tenant's. */
export type UpstreamPolicy = Readonly<{
  /** `.getomneo.com` stands for every host below it, `api.example.com` for itself. */
  hosts: readonly string[];
  /** Takes http, and loopback hosts without their being listed: for development. */
  allowInsecure: boolean;
}>;

const loopback = /^(localhost|127(\.\d{1,3}){3}|\[::1\])$/;

/** The URL that `field` holds, if its form is right and the policy allows its host; throws Refused otherwise. */
export function allowedURL(text: string, field: string, policy: UpstreamPolicy): URL {
  const url = parse(text, field);
  const isLoopback = loopback.test(url.hostname);
  if (url.protocol === 'http:' && !isLoopback) {
    throw invalid(`${field} must start with https:// (http:// is taken for a loopback host only).`);
  }
  if (isLoopback && policy.allowInsecure) return url;
  if (url.protocol === 'http:') {
    throw invalid(
      `${field} must start with https://, since this gateway runs without ALLOW_INSECURE_UPSTREAM.`,
    );
  }
  if (!policy.hosts.some((allowed) => covers(allowed, url.hostname))) {
    const allowed = policy.hosts.length > 0 ? policy.hosts.join(', ') : 'none';
    throw invalid(`${field} has a host that UPSTREAM_HOSTS does not allow; allowed: ${allowed}.`);
  }
  return url;
}

function parse(text: string, field: string): URL {
  if (/[^!-~]|\\/.test(text)) {
    throw invalid(
      `${field} must have no spaces, backslashes or characters outside ASCII; percent-encode them.`,
    );
  }
  // "//host" and "https:host" are read differently by different parsers, and so are not read at all.
  const url = /^[a-z]+:\/\/[^/]/.test(text) ? URL.parse(text) : null;
  if (!url) throw invalid(`${field} must be an absolute URL, such as https://api.acme.getomneo.com/api/v3.`);
  if (url.protocol !== 'https:' && url.protocol !== 'http:') {
    throw invalid(`${field} must start with https://.`);
  }
  if (/[@?#]/.test(text)) {
    throw invalid(`${field} must have no user name, password, query or fragment; remove them.`);
  }
  return url;
}

function covers(allowed: string, hostname: string): boolean {
  const host = allowed.toLowerCase();
  return host.startsWith('.') ? hostname.endsWith(host) && hostname.length > host.length : hostname === host;
}
