import { expect } from 'chai';
import fc from 'fast-check';
import { pathToDelivery, pathToList, routeOf } from '../../../web/lib/route.ts';

const id = '0b4e6d0e-5f0a-4f0e-9d52-0f6f3c1f6a57';

describe('An address of the page', () => {
  const shown: [path: string, page: string][] = [
    ['/', 'overview'],
    ['/step', 'step'],
    ['/step/', 'step'],
    ['/deliveries', 'deliveries'],
    [`/deliveries/${id}`, 'delivery'],
    ['/deliveries/1', 'nowhere'],
    ['/deliveries/../step', 'nowhere'],
    ['/Step', 'nowhere'],
  ];
  for (const [path, page] of shown)
    it(`shows ${page} for ${path}`, () => {
      expect(routeOf(path).page).to.equal(page);
    });

  it('holds the choice of a list, and gives it back whatever is in it', () => {
    const choice = fc.record({
      tenant: fc.string(),
      state: fc.string(),
      reason: fc.string(),
      days: fc.string(),
    });
    fc.assert(
      fc.property(choice, (chosen) => {
        const { pathname, search } = new URL(pathToList(chosen), 'https://console.example.com');
        expect(routeOf(pathname, search)).to.deep.equal({ page: 'deliveries', choice: chosen });
      }),
    );
  });

  it('has nothing in it that does not belong there', () => {
    const { pathname, search } = new URL(
      'https://console.example.com/deliveries?tenant=acme&email=ada@example.com',
    );
    expect(routeOf(pathname, search)).to.deep.equal({
      page: 'deliveries',
      choice: { tenant: 'acme', state: '', reason: '', days: '' },
    });
    expect(pathToList({ state: '' })).to.equal('/deliveries');
    expect(routeOf(pathToDelivery(id))).to.deep.equal({ page: 'delivery', id });
  });
});
