import { expect } from 'chai';
import fc from 'fast-check';
import { clientOf } from '../../../src/console/access/clientaddress.ts';

describe('a client by its address', () => {
  const cases: [string | undefined, string][] = [
    ['192.0.2.1', '192.0.2.1'],
    ['::ffff:192.0.2.1', '192.0.2.1'],
    ['::FFFF:192.0.2.1', '192.0.2.1'],
    ['2001:db8:1:2:3:4:5:6', '2001:db8:1:2::/64'],
    ['2001:db8:1:2::6', '2001:db8:1:2::/64'],
    ['2001:db8::6', '2001:db8:0:0::/64'],
    ['fe80::1%eth0', 'fe80:0:0:0::/64'],
    ['::1', '0:0:0:0::/64'],
    [undefined, ''],
  ];
  for (const [address, client] of cases)
    it(`is ${client || 'nobody'} for ${address ?? 'a connection that is gone'}`, () => {
      expect(clientOf(address)).to.equal(client);
    });

  it('is the same for all addresses of one /64, and no other', () => {
    fc.assert(
      fc.property(fc.ipV6(), (address) => {
        const { hostname } = new URL(`http://[${address}]`);
        expect(clientOf(hostname.slice(1, -1))).to.match(/^([\da-f]{1,4}:){4}:\/64$|^\d+\.\d+\.\d+\.\d+$/i);
      }),
    );
  });
});
