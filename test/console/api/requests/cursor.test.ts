import { expect } from 'chai';
import fc from 'fast-check';
import { cursorOf, isCursor, placeOfCursor } from '../../../../src/console/api/requests/cursor.ts';

const places = fc.record({ since: fc.integer({ min: -8.64e15, max: 8.64e15 }), id: fc.uuid() });

describe('A cursor', () => {
  it('leads to the place that it was made of, and is a word of an URL', () => {
    fc.assert(
      fc.property(places, (place) => {
        const cursor = cursorOf(place);
        expect(placeOfCursor(cursor)).to.deep.equal(place);
        expect(isCursor(cursor)).to.equal(true);
        expect(cursor).to.match(/^[\w-]{1,200}$/);
      }),
    );
  });

  it('is nothing else than what was given out', () => {
    fc.assert(
      fc.property(fc.oneof(fc.string(), fc.base64String()), (text) => {
        expect(isCursor(text)).to.equal(false);
      }),
    );
    fc.assert(
      fc.property(places, fc.constantFrom('=', ' ', '.', '\n'), (place, more) => {
        expect(isCursor(cursorOf(place) + more)).to.equal(false);
      }),
    );
  });
});
