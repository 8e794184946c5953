import { timingSafeEqual } from 'node:crypto';
import { expect } from 'chai';
import { matchSecret } from '../../../src/http/middleware/secret.ts';
import { Confidential } from '../../../src/tenants/confidential.ts';
import type { WebhookSecret } from '../../../src/tenants/tenant.ts';

const secret = (name: string): WebhookSecret => ({
  name,
  value: new Confidential(`value of ${name}`),
  isRehearsal: false,
});
const four = ['a', 'b', 'c', 'd'].map(secret);

describe('matchSecret', () => {
  it('finds which of the accepted secrets was sent', () => {
    for (const each of four) expect(matchSecret(four, `value of ${each.name}`)).to.equal(each);
  });

  it('finds nothing for another secret, a part of one, an empty one, or when none is accepted', () => {
    for (const sent of [
      '',
      'value of',
      'value of a ',
      'VALUE OF A',
      'value of a, value of b',
      'x'.repeat(9000),
    ]) {
      expect(matchSecret(four, sent)).to.equal(null);
      expect(matchSecret([], sent)).to.equal(null);
    }
  });

  const cases: Record<string, readonly [WebhookSecret[], string]> = {
    'the first is right': [four, 'value of a'],
    'the last is right': [four, 'value of d'],
    'all are wrong': [four, 'wrong'],
    'there is one and it is right': [four.slice(0, 1), 'value of a'],
    'there is one and it is wrong': [four.slice(0, 1), 'wrong'],
    'nothing was sent': [four, ''],
    'something very long was sent': [four, 'x'.repeat(10_000)],
    'there is no such tenant': [[], 'value of a'],
    'there is no such tenant and nothing was sent': [[], ''],
  };
  for (const [when, [accepted, sent]] of Object.entries(cases)) {
    it(`makes four comparisons of 32 bytes each when ${when}`, () => {
      const lengths: number[] = [];
      matchSecret(accepted, sent, (one, other) => {
        lengths.push(one.byteLength, other.byteLength);
        return timingSafeEqual(one, other);
      });
      expect(lengths).to.deep.equal(Array<number>(8).fill(32));
    });
  }
});
