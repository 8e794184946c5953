import { expect } from 'chai';
import fc from 'fast-check';
import { stringify } from 'yaml';
import { manifestParser, type Fault, type Manifest } from '../../../src/sources/folder/manifests.ts';
import { omneoTenant, schema } from '../../tenants/support.ts';

const parse = manifestParser(schema);

function manifestsIn(text: string): readonly Manifest[] {
  const parsed = parse(text);
  if ('fault' in parsed) throw new Error(`${parsed.fault.line}: ${parsed.fault.message}`);
  return parsed.manifests;
}

function faultIn(text: string): Fault {
  const parsed = parse(text);
  if (!('fault' in parsed)) throw new Error('There is no fault.');
  return parsed.fault;
}

function secretData(text: string): Record<string, string> {
  const [manifest] = manifestsIn(`apiVersion: v1\nkind: Secret\nmetadata: { name: s }\n${text}`);
  return manifest?.kind === 'Secret' ? Object.fromEntries(manifest.data) : {};
}

describe('A file of manifests', () => {
  it('may hold several documents, with keys and the lines they begin on', () => {
    const text = `# two tenants\n${stringify(omneoTenant())}---\n# a Secret\napiVersion: v1\nkind: Secret\nmetadata: { name: s }\n`;
    const found = manifestsIn(text);
    expect(found.map(({ kind, key }) => [kind, key])).to.deep.equal([
      ['OmneoTenant', 'loyalty/acme'],
      ['Secret', 'default/s'],
    ]);
    expect(found.map(({ line }) => line)).to.deep.equal([2, text.split('\n').indexOf('apiVersion: v1') + 1]);
  });

  it('has the namespace default where none is given', () => {
    const object = omneoTenant();
    delete object.metadata.namespace;
    const [manifest] = manifestsIn(stringify(object));
    expect(manifest?.key).to.equal('default/acme');
    expect(manifest?.kind === 'OmneoTenant' && manifest.tenant.metadata.namespace).to.equal('default');
  });

  for (const text of ['# nothing yet\n', '---\n---\n', '\n', '---\n# a\n...\n']) {
    it(`may hold nothing: ${JSON.stringify(text)}`, () => {
      expect(manifestsIn(text)).to.deep.equal([]);
    });
  }

  const tenant = stringify(omneoTenant());
  const secret = 'apiVersion: v1\nkind: Secret\nmetadata:\n  name: s\n';
  const cases: [text: string, line: number, message: string][] = [
    ['a: 1\nb: [hush\n', 3, 'is not valid YAML (bad indent)'],
    ['a: 1\nb: "hush\n', 3, 'is not valid YAML (missing char)'],
    ['a: 1\na: hush\n', 2, 'is not valid YAML (duplicate key)'],
    ['a: 1\n\tb: hush\n', 2, 'is not valid YAML (tab as indent)'],
    ['a: 1\nb: !hush 1\n', 2, 'is not valid YAML (tag resolve failed)'],
    ['a: *hush\n', 1, 'is not valid YAML (an alias without an anchor, or too many aliases)'],
    [`${secret}---\na: "hush`, 6, 'is not valid YAML (missing char)'],
    ['kind: Hush\n', 1, 'kind must be OmneoTenant or Secret; nothing else is read here'],
    ['apiVersion: v1\nkind: ConfigMap\n', 2, 'kind must be OmneoTenant or Secret; nothing else is read here'],
    ['- hush\n', 1, 'kind must be OmneoTenant or Secret; nothing else is read here'],
    ['hush\n', 1, 'kind must be OmneoTenant or Secret; nothing else is read here'],
    [`${secret}stringdata:\n  a: hush\n`, 5, 'stringdata is not a field; did you mean stringData?'],
    [`${secret}stringData:\n  a: x\n  b: 5\n`, 7, 'stringData.b must be text (put it in quotes)'],
    [`${secret}data:\n  a: aHVzaA==\n  b: hush!\n`, 7, 'data.b is not base64; encode it or use stringData'],
    [`${secret}data: hush\n`, 5, 'data must be a map of fields'],
    ['apiVersion: v1\nkind: Secret\nmetadata: {}\n', 3, 'metadata.name is missing'],
    [`${secret}---\n${secret}`, 6, 'Secret default/s is already in this file, on line 1'],
    [
      tenant.replace('- name', '- nam'),
      14,
      'spec.klaviyo.secretRefs[0].nam is not a field; did you mean name?; spec.klaviyo.secretRefs[0].name is missing',
    ],
    [`${tenant}  suspend: hush\n`, 15, 'spec.suspend must be true or false'],
  ];
  for (const [text, line, message] of cases) {
    it(`is refused on line ${line}: ${message}`, () => {
      expect(faultIn(text)).to.deep.equal({ line, message });
    });
  }

  it('is refused for an alias bomb, quickly', () => {
    const bomb = ['a0: &a0 [x, x, x, x, x, x, x, x, x]'];
    for (let i = 1; i < 10; i++)
      bomb.push(
        `a${i}: &a${i} [${Array(9)
          .fill(`*a${i - 1}`)
          .join(', ')}]`,
      );
    expect(faultIn(bomb.join('\n')).message).to.contain('too many aliases');
  });
});

describe('A Secret in a file', () => {
  it('has its data decoded, and stringData wins', () => {
    expect(secretData('data: { a: aHVzaA==, b: aHVzaA== }\nstringData: { b: plain, c: "" }')).to.deep.equal({
      a: 'hush',
      b: 'plain',
      c: '',
    });
  });

  it('may break its base64 over lines', () => {
    expect(secretData('data:\n  a: |\n    aHVz\n    aA==\n')).to.deep.equal({ a: 'hush' });
  });

  for (const text of ['aHVzaA', 'aHVzaA=', 'aHVz aA==', 'a', '=', 'aHVzaA==aHVz', 'aHV-_A==']) {
    it(`refuses ${text} for base64`, () => {
      expect(() => secretData(`data: { a: "${text}" }`)).to.throw('data.a is not base64');
    });
  }

  it('brings any text through base64 and stringData unharmed', () => {
    fc.assert(
      fc.property(fc.string({ unit: 'grapheme' }), (text) => {
        fc.pre(text.isWellFormed());
        const data = { a: Buffer.from(text).toString('base64') };
        expect(secretData(stringify({ data, stringData: { b: text } }))).to.deep.equal({ a: text, b: text });
      }),
    );
  });
});

describe('Any text whatever', () => {
  const piece = fc.constantFrom(
    'kind: ',
    'Secret',
    'OmneoTenant',
    '\n',
    ':',
    '- ',
    '---\n',
    '  ',
    '{',
    '}',
    '[',
    ']',
    '"',
    "'",
    '|\n',
    '&a ',
    '*a',
    '!x ',
    '<<: ',
    '? ',
    '#',
    '\t',
    '\0',
    '%YAML',
    'hush',
  );
  it('is taken or refused with a line and a sentence, and is never quoted', () => {
    fc.assert(
      fc.property(
        fc.oneof(
          fc.string(),
          fc.array(piece).map((pieces) => pieces.join('')),
        ),
        (text) => {
          const parsed = parse(text);
          if (!('fault' in parsed)) return;
          expect(parsed.fault.line)
            .to.be.at.least(1)
            .and.at.most(text.split('\n').length + 1);
          expect(parsed.fault.message).to.match(/^[\w. ]+/);
        },
      ),
      { numRuns: 1000 },
    );
  });

  it('is taken or refused even if it is a tenant with something broken in it', () => {
    const text = stringify(omneoTenant());
    fc.assert(
      fc.property(fc.nat(text.length), fc.nat(20), piece, (at, length, insert) => {
        const parsed = parse(text.slice(0, at) + insert + text.slice(at + length));
        if ('fault' in parsed) expect(parsed.fault.message).not.to.equal('');
      }),
      { numRuns: 500 },
    );
  });
});
