import { expect } from 'chai';
import fc from 'fast-check';
import {
  cutTo,
  jsonText,
  padTo,
  printable,
  printableLines,
  textWidth,
} from '../../../src/cli/view/printable.ts';

const obeyed = /[\p{Cc}\u200e\u200f\u202a-\u202e\u2066-\u2069]/u;
const anyText = fc.oneof(fc.string({ unit: 'binary' }), fc.string({ unit: 'grapheme' }));

describe('a text that is printed', () => {
  it('has nothing in it that a terminal obeys', () => {
    fc.assert(
      fc.property(anyText, (text) => {
        expect(printable(text)).not.to.match(obeyed);
        expect(printableLines(text).split('\n').join('')).not.to.match(obeyed);
      }),
    );
    expect(printable('a\u001b]0;b\u0007\u009b1m\u202ec')).to.equal('a\ufffd]0;b\ufffd\ufffd1m\ufffdc');
    expect(printableLines('a\r\nb\tc')).to.equal('a\nb\ufffdc');
  });

  it('is the same document as JSON, with nothing in it that a terminal obeys', () => {
    fc.assert(
      fc.property(fc.jsonValue(), (value) => {
        const text = jsonText([value]);
        expect(text.split('\n').join('')).not.to.match(obeyed);
        expect(JSON.parse(text)).to.deep.equal(JSON.parse(JSON.stringify([value])));
      }),
    );
    expect(jsonText('\u009b\u202e')).to.equal('"\\u009b\\u202e"');
  });

  it('takes two columns for each wide sign', () => {
    const widths: Readonly<Record<string, number>> = { abc: 3, né: 2, 新しい: 6, '🎁': 2, '👩‍👩‍👧': 2, '': 0 };
    for (const [text, width] of Object.entries(widths)) expect(textWidth(text), text).to.equal(width);
  });

  it('is cut to its columns between two signs, and says that it is', () => {
    expect(cutTo('reward 4711', 11)).to.equal('reward 4711');
    expect(cutTo('reward 4711', 8)).to.equal('reward …');
    expect(cutTo('新しい客', 6)).to.equal('新し…');
    expect(cutTo('a👩‍👩‍👧b', 3)).to.equal('a…');
    expect(cutTo('abc', 1)).to.equal('…');
    expect(cutTo('abc', 0)).to.equal('');
  });

  it('is never wider than it is cut to, and exactly as wide as it is padded to', () => {
    fc.assert(
      fc.property(anyText.map(printable), fc.nat(40), (text, width) => {
        expect(textWidth(cutTo(text, width))).to.be.at.most(width);
        expect(textWidth(padTo(cutTo(text, width), width))).to.equal(width);
      }),
    );
  });
});
