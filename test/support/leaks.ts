/** What no gateway may tell of its tenants' secrets and of people. */
import { expect } from 'chai';

/** What no gateway of any test may tell, by what the tests' tenants and people look like. */
const never: readonly (readonly [what: string, looks: RegExp])[] = [
  ['webhook secret', /webhook-secret-of-the-tests/],
  ['token, client secret or password', /static-token|client-secret|acme-password|token-marker/],
  ['private API key of Klaviyo', /\bpk_[0-9a-z]/i],
  ['access token', /\b[0-9a-f]{40}\b/],
  ['credentials in a header', /bearer [\w-]{8}/i],
  ['e-mail address', /[\w.+-]+@[\w-]+(\.[\w-]+)*\.(com|example|test|invalid)\b/i],
  ['person_id', /\b01(ACME|BLOOM|NOBODY|STRANGER)/i],
  // A caller may name its request by any UUID, which is given back.
  ['profile id', /(?<!request[_-]id":")(6f9c1b1e-3c55|2a7e4c90-58d1)/i],
];

/** Throws if a text tells what no log line, answer or metric may hold. */
export function expectNoLeak(texts: readonly string[]): void {
  for (const [what, looks] of never) {
    const leak = texts.find((text) => looks.test(text));
    if (leak !== undefined) expect.fail(`a gateway told a ${what}: ${leak.slice(0, 2000)}`);
  }
}
