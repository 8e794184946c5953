import { expect } from 'chai';
import { hints, templateFault, tidyNumber, tidyText } from '../../src/gateway/template.ts';

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
    const read = { '25': 25, '25.0': 25, ' 007 ': 7, '-3': -3, '0.10': 0.1 };
    for (const [text, number] of Object.entries(read)) expect(tidyNumber(text)).to.equal(number);
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
    for (const [text, fault] of Object.entries(faults)) expect(templateFault(text), text).to.equal(fault);
  });

  it('has a hint for each mistake that reads on from the name of the field', () => {
    for (const hint of Object.values(hints)) expect(hint).to.match(/^(is|holds|must|and) .*\.$/);
  });
});
