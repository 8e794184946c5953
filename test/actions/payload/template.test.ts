import { expect } from 'chai';
import { numeralOf, parseExact } from '../../../src/lib/exactjson.ts';
import { hints } from '../../../src/actions/payload/hints.ts';
import { textFaults } from '../../../src/actions/payload/rules.ts';
import { tidyName, tidyNumber, tidyText } from '../../../src/actions/payload/template.ts';

describe('what templates render', () => {
  it('is text without the white space around it, and nothing when it is blank', () => {
    for (const blank of ['', ' ', '\r\n\t', '\u00a0', 'None', ' none ', null]) {
      expect(tidyText(blank), JSON.stringify(blank)).to.equal(undefined);
      expect(tidyNumber(blank), JSON.stringify(blank)).to.equal(undefined);
    }
    expect(tidyText(' a b ')).to.equal('a b');
    expect(tidyText('Nonesuch')).to.equal('Nonesuch');
  });

  it('stays as it is when it is something else', () => {
    const list = [1];
    expect(tidyText(list)).to.equal(list);
    expect(tidyNumber(list)).to.equal(list);
    expect(tidyText(true)).to.equal(true);
    expect(tidyText(1.5)).to.equal(1.5);
    expect(tidyNumber('$5')).to.equal('$5');
  });

  it('is a number when a clean numeric string says so', () => {
    const read = {
      '25': 25,
      '25.0': 25,
      ' 007 ': 7,
      '-3': -3,
      '0.10': 0.1,
      '90071992547409.9': 90071992547409.9,
    };
    for (const [text, number] of Object.entries(read)) expect(tidyNumber(text)).to.equal(number);
    expect(tidyNumber(parseExact('1e3'))).to.equal(1000);
    expect(tidyNumber(parseExact('25.10'))).to.equal(25.1);
  });

  it('is a number as it is written when a double holds another one', () => {
    const read = {
      '10.00000000000000001': '1000000000000000001e-17',
      '0012345678901234567890.10': '123456789012345678901e-1',
      '-90071992547409.91': '-9007199254740991e-2',
    };
    for (const [text, numeral] of Object.entries(read)) expect(numeralOf(tidyNumber(text))).to.equal(numeral);
    expect(numeralOf(tidyNumber(parseExact('1e400')))).to.equal('1e400');
    expect(numeralOf(tidyNumber(parseExact('-1e-400')))).to.equal('-1e-400');
  });

  it('is the digits of a whole number, however large, where text is wanted', () => {
    const read = {
      '0': '0',
      '-0': '0',
      '-5': '-5',
      '5.0': '5',
      '1e3': '1000',
      '9007199254740992': '9007199254740992',
      '9007199254740993': '9007199254740993',
      '-12345678901234567890': '-12345678901234567890',
      '12345678901234567890.0': '12345678901234567890',
      '1e+21': '1000000000000000000000',
    };
    for (const [text, digits] of Object.entries(read)) {
      expect(tidyText(parseExact(text)), text).to.equal(digits);
      expect(tidyName(parseExact(text)), text).to.equal(digits);
    }
    for (const text of ['1.5', '1e-7', '0.30000000000000000001', '1e256', '1e999999999999']) {
      expect(tidyText(parseExact(text)), text).to.not.be.a('string');
    }
  });

  it('is a name without the escapes of HTML, which are decoded once', () => {
    const read = {
      'o&#39;brien@example.com': "o'brien@example.com",
      'o&#x27;brien': "o'brien",
      'O&#X2019;Brien': 'O’Brien',
      'a&#0039;b': "a'b",
      'a&amp;b &lt;&GT;&quot;&apos;': 'a&b <>"\'',
      '&amp;#39;': '&#39;',
      '&amp;amp;': '&amp;',
      '&#128512;': '😀',
      '&#32; a &#9;': 'a',
      '&nbsp;a&eacute;': '&nbsp;a&eacute;',
      'AT&T; &amp': 'AT&T; &amp',
      '&#xD800;&#1114112;': '&#xD800;&#1114112;',
    };
    for (const [text, name] of Object.entries(read)) expect(tidyName(text), text).to.equal(name);
    expect(tidyName('&#78;one')).to.equal(undefined);
    expect(tidyText('&amp;')).to.equal('&amp;');
  });

  it('is at fault when a tag, an escape or a broken character is left in it', () => {
    const faults = {
      '{{ x }}': 'unrendered',
      '%}': 'unrendered',
      'a&lt;b': 'escaped',
      '&#8217;': 'escaped',
      'a\u0000': 'not_readable',
      '\udc00': 'not_readable',
      'AT&T; fine': null,
      'a { b } %': null,
      '😀': null,
    };
    for (const [text, fault] of Object.entries(faults)) {
      const found = Object.entries(textFaults).filter(([, isIn]) => isIn(text));
      expect(found.map(([name]) => name).join(), text).to.equal(fault ?? '');
    }
  });

  it('has a hint for each mistake that reads on from the name of the field', () => {
    for (const hint of Object.values(hints)) expect(hint).to.match(/^(is|holds|must|and) .*\.$/);
  });
});
