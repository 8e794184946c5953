import { setting } from './setting.ts';
import { apiOrigin, flag, hostSuffixes, optional, text } from './value.ts';

/** The variables that bound all tenants: the switch that suspends them, and where their credentials may be sent. */
export const guardSettings = Object.freeze({
  suspendAllFile: setting(
    'SUSPEND_ALL_FILE',
    '',
    optional(text),
    'File that says true while every tenant is suspended, and else false; it is followed. Unset: none.',
  ),
  upstreamHosts: setting(
    'UPSTREAM_HOSTS',
    '.getomneo.com',
    hostSuffixes,
    'Hosts, or suffixes with a leading dot, that baseURL and tokenURL may have.',
  ),
  klaviyoApiUrl: setting(
    'KLAVIYO_API_URL',
    'https://a.klaviyo.com',
    apiOrigin,
    "Where Klaviyo's API is, which gets the private keys of spec.klaviyo.events; another one is for tests.",
  ),
  allowInsecureUpstream: setting(
    'ALLOW_INSECURE_UPSTREAM',
    'false',
    flag,
    'true: http and loopback upstreams, for development only.',
  ),
});
