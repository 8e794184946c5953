import { expect } from 'chai';
import fc from 'fast-check';
import { explain, sentences } from '../../../src/http/body/jsonfault.ts';

type Case = readonly [text: string, line: number, column: number];

/** Texts that are not JSON, with the place where each ceases to be. */
const cases: Readonly<Record<keyof typeof sentences, readonly Case[]>> = {
  cut_off: [
    ['{"id": "Zq7", "data": {"amount": 10', 1, 36],
    ['{"id": "Zq7', 1, 8],
    ['{"id": "Zq7",\n "data": [1,', 2, 13],
    ['{"id":', 1, 7],
    ['{', 1, 2],
  ],
  empty_tag: [
    ['{"amount": , "x": 1}', 1, 12],
    ['{"id": "Zq7",\n "data": {"amount": }}', 2, 21],
    ['{"n": [1, , 2]}', 1, 11],
    ['{"n": [,2]}', 1, 8],
  ],
  unrendered: [
    ['{"amount": {{ event.amount }}}', 1, 13],
    ['{"amount": {% if x %}1{% endif %}}', 1, 13],
    ['{"amount": 5{{ x }}}', 1, 13],
    ['{{ event }}', 1, 2],
  ],
  inner_quote: [
    ['{"note": "the "best" one", "x": 1}', 1, 16],
    ['{"size": "5" screen"}', 1, 14],
    ['{"note": ""quoted" text"}', 1, 12],
    ['{"note": "says "Zq7"", "x": "y"}', 1, 17],
    ['{"note": "Zq7"", "x": "y"}', 1, 15],
    ['{"note": "Zq7""}', 1, 15],
    ['{"note": "{"a": 1}"}', 1, 13],
    ['{"na"me": 1}', 1, 6],
  ],
  line_break: [
    ['{"note": "one\ntwo"}', 1, 10],
    ['{"note": "one\r\ntwo"}', 1, 10],
    ['{"note": "one\ttwo"}', 1, 10],
    ['{"id": "Zq7,\n "x": 1}', 1, 8],
    ['{"note": "\\"\u0000"}', 1, 10],
  ],
  backslash: [
    ['{"path": "C:\\Users"}', 1, 10],
    ['{"note": "it\\\'s"}', 1, 10],
    ['{\\"id\\": 1}', 1, 2],
    ['{"note": "\\u12"}', 1, 10],
  ],
  typographic_quotes: [
    ['{“id”: “Zq7”}', 1, 2],
    ['{"id": “Zq7”}', 1, 8],
    ['{"id": „Zq7“}', 1, 8],
    ['{"id": ‘Zq7’}', 1, 8],
    ['{"id": «Zq7»}', 1, 8],
    ['{"id”: "Zq7"}', 1, 9],
  ],
  single_quotes: [
    ["{'id': 'Zq7'}", 1, 2],
    ['{"payload": {\'id\': None}}', 1, 14],
    ['{"id": \'Zq7\'}', 1, 8],
    ['{"id": `Zq7`}', 1, 8],
  ],
  python_word: [
    ['{"amount": None}', 1, 12],
    ['{"a": True, "b": 1}', 1, 7],
    ['{"a": [1, False]}', 1, 11],
    ['None', 1, 1],
  ],
  number: [
    ['{"n": 01}', 1, 7],
    ['{"n": .5}', 1, 7],
    ['{"n": 5.}', 1, 7],
    ['{"n": +5}', 1, 7],
    ['{"n": 1,000}', 1, 9],
    ['{"n": 25.00USD}', 1, 7],
    ['{"n": -}', 1, 7],
  ],
  bare_word: [
    ['{"id": Zq7}', 1, 8],
    ['{id: "Zq7"}', 1, 2],
    ['{"a": 1, b: 2}', 1, 10],
    ['{"n": NaN}', 1, 7],
    ['{"n": $25.00}', 1, 7],
    ['Zq7', 1, 1],
    ['{"a": Nonesuch}', 1, 7],
    ['<html>', 1, 1],
  ],
  extra_comma: [
    ['{"id": "Zq7",}', 1, 14],
    ['{"n": [1,]}', 1, 10],
    ['{"a": 1,, "b": 2}', 1, 9],
    ['{"a": 1\n,\n}', 3, 1],
    ['{, "a": 1}', 1, 2],
  ],
  missing_comma: [
    ['{"a": "Zq7" "b": 1}', 1, 13],
    ['{"a": "Zq7"\n "b": 1}', 2, 2],
    ['{"a": 1 "b": 2}', 1, 9],
    ['{"a": {"b": 1}\n"c": 2}', 2, 1],
    ['{"n": [1 2]}', 1, 10],
    ['{"n": [{} {}]}', 1, 11],
  ],
  missing_colon: [
    ['{"id" "Zq7"}', 1, 7],
    ['{"id"}', 1, 6],
    ['{"id", "b": 1}', 1, 6],
  ],
  bracket: [
    ['{"n": [1}', 1, 9],
    ['{"a": "Zq7"]', 1, 12],
    [']', 1, 1],
  ],
  trailing: [
    ['{"id": "Zq7"} x', 1, 15],
    ['{"id": "Zq7"}}', 1, 14],
    ['{"id": "Zq7"}{"id": 1}', 1, 14],
    ['{"id": "Zq7"}\n"', 2, 1],
  ],
  odd_space: [
    ['{\u00a0"id": "Zq7"}', 1, 2],
    ['{"id":\u2003"Zq7"}', 1, 7],
    ['{"id": "Zq7"\u00a0}', 1, 13],
    ['{\u200b"id": "Zq7"}', 1, 2],
  ],
  comment: [
    ['{"id": "Zq7", // the order\n "x": 1}', 1, 15],
    ['{\n  "id": "Zq7",\n  // the order\n  "x": 1\n}', 3, 3],
    ['{"id": "Zq7" // the order\n}', 1, 14],
    ['{"amount": /* in AUD */ 10}', 1, 12],
    ['{"amount": 10}\n// the end', 2, 1],
  ],
  other: [
    ['{"a": "b": "c"}', 1, 10],
    ['{"a":: 1}', 1, 6],
    ['{"a": 1; "b": 2}', 1, 8],
  ],
};

describe('a body that is not JSON', () => {
  for (const [fault, texts] of Object.entries(cases)) {
    for (const [text, line, column] of texts) {
      it(`has its ${fault} named: ${JSON.stringify(text)}`, () => {
        expect(() => JSON.parse(text) as unknown).to.throw(SyntaxError);
        const sentence = sentences[fault as keyof typeof sentences];
        expect(explain(text)).to.equal(`at line ${line}, column ${column}: ${sentence}`);
      });
    }
  }

  it('is explained in one sentence that holds nothing of it', () => {
    for (const sentence of Object.values(sentences)) expect(sentence).to.match(/^[^\n]+\.$/);
    fc.assert(
      fc.property(fc.json(), fc.nat(), fc.string(), (json, at, extra) => {
        const cut = at % (json.length + 1);
        const explained = explain(json.slice(0, cut) + extra + json.slice(cut));
        const [, sentence] = /^at line \d+, column \d+: (.*)$/.exec(explained ?? '') ?? [];
        expect(sentence === undefined || Object.values<string>(sentences).includes(sentence)).to.equal(true);
      }),
      { numRuns: 2000 },
    );
  });

  it('has its place counted with the blanks before it', () => {
    expect(explain('\ufeff\n\n  {"id": }\n')).to.match(/^at line 3, column 10: a tag/);
    expect(explain('\u00a0{')).to.match(/^at line 1, column 3: /);
    expect(explain(' {} \ufeff')).to.equal(null);
  });
});
