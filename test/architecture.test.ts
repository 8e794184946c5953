import { existsSync, globSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { expect } from 'chai';
import { bare, rowsOf } from './support/markdown.ts';
import { readText, root } from './support/pages.ts';

/** The drawings of one kind, as text. */
function drawingsOf(markdown: string, kind: string): string[] {
  const blocks = [...markdown.matchAll(/^```mermaid\n([\s\S]*?)^```$/gm)].map(([, text = '']) => text);
  return blocks.filter((text) => text.startsWith(kind));
}

/** What is in backticks and names a file or a folder. */
function pathsOf(markdown: string): string[] {
  const quoted = [...markdown.matchAll(/`([^`\n]+)`/g)].map(([, text = '']) => text);
  return quoted.filter((text) => /^[\w./-]+$/.test(text) && /\/|\.(json|md|ts|ya?ml)$/.test(text));
}

/** A path of the page as one from the root: the page leaves `src/` out where it can. */
function fromRoot(path: string): string {
  return existsSync(join(root, path)) ? path : `src/${path}`;
}

function withoutComments(code: string): string {
  return code.replace(/\/\*[\s\S]*?\*\/|(?<!:)\/\/.*$/gm, '');
}

function isWord(name: string, text: string): boolean {
  return new RegExp(`(?<![\\w$])${name}(?![\\w$])`).test(text);
}

type Edge = Readonly<{ from: string; to: string; label: string }>;

/** The transitions of a state diagram, but for the one into the first state. */
function edgesOf(drawing: string): Edge[] {
  const arrows = drawing.matchAll(/^ *(\w+) --> (\w+) : (.+)$/gm);
  return [...arrows].map(([, from = '', to = '', label = '']) => ({ from, to, label }));
}

describe('docs/architecture.md', () => {
  let page: string;
  let code: ReadonlyMap<string, string>;

  before(async () => {
    page = await readText('docs/architecture.md');
    const files = globSync('src/**/*.ts', { cwd: root }).sort();
    code = new Map(await Promise.all(files.map(async (file) => [file, await readText(file)] as const)));
  });

  it('names only files and folders that exist', () => {
    const paths = pathsOf(page);
    expect(paths).to.have.length.above(50);
    expect(paths.filter((path) => !existsSync(join(root, fromRoot(path))))).to.deep.equal([]);
  });

  it('explains each term once', () => {
    const terms = rowsOf(page, 'term').map(([term]) => term);
    expect(terms).to.have.length.above(35);
    expect(terms).to.deep.equal([...new Set(terms)]);
  });

  it('is of code in which no name is exported twice', () => {
    const exported = /^export (?:async )?(?:type|interface|class|const|function\*?) (\w+)/gm;
    const names = [...code.values()].flatMap((text) => [...text.matchAll(exported)].map(([, name]) => name));
    expect(names).to.have.length.above(200);
    expect(names.filter((name, index) => names.indexOf(name) !== index)).to.deep.equal([]);
  });

  it('lists every file that is named after rewards and is not about them', () => {
    const others = [...code].filter(([file]) => !/^src\/(actions|omneo)\/rewards\//.test(file));
    const named = others.filter(([, text]) => /reward/i.test(withoutComments(text))).map(([file]) => file);
    const listed = rowsOf(page, 'file', 'what is named so').map(([file]) => fromRoot(bare(file)));
    expect(listed).to.have.members(named);
  });

  it('shows every folder of the code in the drawing of the parts, and no other', () => {
    const [drawing = ''] = drawingsOf(page, 'flowchart');
    const drawn = [...drawing.matchAll(/src\/[\w/]+(?![\w./])/g)].map(([path]) => path);
    // Of `src/actions/rewards` both folders count, though the first has no file of its own.
    const folders = [...code.keys()].flatMap((file) => [dirname(file), dirname(dirname(file))]);
    expect(drawn).to.have.members([...new Set(folders)].filter((folder) => folder.startsWith('src/')));
  });

  it('draws arrows only between parts that it shows', () => {
    const [drawing = ''] = drawingsOf(page, 'flowchart');
    const parts = new Set([...drawing.matchAll(/^ *(\w+)[[(]+"[^"]+"[\])]+$/gm)].map(([, id]) => id));
    const arrows = [...drawing.matchAll(/^ *(\w+) -->(?:\|"[^"]+"\|)? (\w+)$/gm)];
    expect(arrows).to.have.length.above(10);
    const ends = arrows.flatMap(([, from, to]) => [from, to]);
    expect(ends.filter((id) => !parts.has(id))).to.deep.equal([]);
    // Every line is one of these two, so none was passed over.
    const lines = drawing.split('\n').filter((line) => line.trim() !== '');
    expect(lines).to.have.length(1 + parts.size + arrows.length);
  });

  it('has functions of the code as the calls of its sequences, between parts that it declares', () => {
    const drawings = drawingsOf(page, 'sequenceDiagram');
    expect(drawings).to.have.length(3);
    const text = [...code.values()].join('\n');
    for (const drawing of drawings) {
      const calls = [...drawing.matchAll(/\b(\w+)\(\)/g)].map(([, name = '']) => name);
      expect(calls).to.have.length.above(9);
      expect(calls.filter((name) => !new RegExp(`\\b${name}(: )?[(<]`).test(text))).to.deep.equal([]);
      const declared = [...drawing.matchAll(/^ *participant (\w+) as /gm)].map(([, id = '']) => id);
      const used = [...drawing.matchAll(/^ *(?:(\w)--?>>(\w): |Note over (\w)(?:,(\w))?: )/gm)];
      expect(new Set(used.flatMap((match) => match.slice(1).filter(Boolean)))).to.have.keys(declared);
    }
  });

  it('has no sign in its drawings that mermaid takes for the end of a statement', () => {
    for (const kind of ['sequenceDiagram', 'stateDiagram-v2', 'flowchart'])
      for (const drawing of drawingsOf(page, kind)) expect(drawing).not.to.match(/[;#]|\S +end\b(?! note)/);
  });

  describe('the states of a claim', () => {
    let edges: readonly Edge[];
    let methods: readonly string[];
    let results: readonly string[];

    before(() => {
      const [drawing = ''] = drawingsOf(page, 'stateDiagram-v2');
      edges = edgesOf(drawing);
      expect(drawing.match(/-->/g)).to.have.length(edges.length + 1);
      const source = code.get('src/ledger/ledger.ts') ?? '';
      const [contract = ''] = /^export interface Ledger {[\s\S]*?^}/m.exec(source) ?? [];
      const stored = code.get('src/ledger/deliveries/deliveries.ts') ?? '';
      const [deliveries = ''] = /^export interface DeliveryLedger {[\s\S]*?^}/m.exec(stored) ?? [];
      const asked = code.get('src/ledger/deliveries/deliveryadmin.ts') ?? '';
      const [admin = ''] = /^export interface DeliveryAdmin {[\s\S]*?^}/m.exec(asked) ?? [];
      methods = [...(contract + deliveries + admin).matchAll(/^ {2}(\w+)\(/gm)].map(([, name = '']) => name);
      const [union = ''] = /^export type ClaimResult =[\s\S]*?;\n\n/m.exec(source) ?? [];
      results = [...union.matchAll(/result: ('\w+'(?: \| '\w+')*)/g)].flatMap(([, names = '']) =>
        names.split(' | ').map((name) => name.slice(1, -1)),
      );
    });

    it('are those of the page on exactly once, and words of the ledger', async () => {
      const states = rowsOf(await readText('docs/exactly-once.md'), 'state', 'meaning').map(([state]) =>
        bare(state),
      );
      expect(new Set(edges.flatMap(({ from, to }) => [from, to]))).to.have.keys(states);
      const ledger = [...code].filter(([file]) => file.startsWith('src/ledger/')).map(([, text]) => text);
      expect(states.filter((state) => !isWord(state, ledger.join('\n')))).to.deep.equal([]);
    });

    // They are about the ledger itself, or about facts, and about no entry; or they only look.
    const facts = ['close', 'check', 'recordMax', 'readMax', 'spent', 'dueTenants', 'counts'];
    const unrelated = new Set([...facts, 'list', 'find', 'peek', 'webhookOf', 'activity']);

    it('change by every method that takes an entry or a claim, and by nothing else but times', () => {
      const source = code.get('src/ledger/ledger.ts') ?? '';
      const times = edges.flatMap(({ label }) => (/^(\w+Ms) ran out/.exec(label) ?? []).slice(1));
      expect(times.filter((time) => !isWord(time, source))).to.deep.equal([]);
      const words = edges.map(({ label }) => /^\w+/.exec(label)?.[0]);
      const steps = words.filter((word) => !times.includes(word ?? ''));
      expect(new Set(steps)).to.have.keys(methods.filter((name) => !unrelated.has(name)));
    });

    it('show every result of a claim', () => {
      const shown = edges.flatMap(({ label }) => (/^claim (\w+)/.exec(label) ?? []).slice(1));
      expect(new Set(results)).to.have.length(7);
      expect(new Set(shown)).to.have.keys(results);
      expect(edges.filter(({ label }) => label.startsWith('claim'))).to.have.length(shown.length);
    });
  });
});
