import { expect } from 'chai';
import fc from 'fast-check';
import { textWidth } from '../../../src/cli/view/printable.ts';
import { type Column, Table } from '../../../src/cli/view/table.ts';

type Row = readonly [id: string, name: string, words: string];

const columns: readonly Column<Row>[] = [
  { head: 'ID', cell: ([id]) => id, isWhole: true },
  { head: 'NAME', cell: ([, name]) => name },
  { head: 'SUMMARY', cell: ([, , words]) => words },
];

const rows: readonly Row[] = [
  ['0b4e6d0e', 'acme', 'amount 10, reward definition 42'],
  ['77', 'a-longer-name', ''],
];

describe('a table', () => {
  it('has its heads above columns that are as wide as they need', () => {
    expect(new Table(columns, 80).lines(rows)).to.deep.equal([
      'ID        NAME           SUMMARY',
      '0b4e6d0e  acme           amount 10, reward definition 42',
      '77        a-longer-name',
    ]);
  });

  it('cuts the widest columns first where it has less room, and never one that is copied', () => {
    expect(new Table(columns, 36).lines(rows)).to.deep.equal([
      'ID        NAME          SUMMARY',
      '0b4e6d0e  acme          amount 10, …',
      '77        a-longer-na…',
    ]);
  });

  it('leaves columns out from the right where they have no room at all', () => {
    const narrow = ['ID        NAME', '0b4e6d0e  acme', '77        a-longer-…'];
    expect(new Table(columns, 20).lines(rows)).to.deep.equal(narrow);
    expect(new Table(columns, 4).lines(rows)).to.deep.equal(['ID', '0b4e6d0e', '77']);
  });

  it('goes on with the widths of its first rows, and cuts nothing where there is no screen', () => {
    const table = new Table(columns, Infinity);
    table.lines(rows.slice(0, 1));
    expect(table.lines(rows.slice(1))).to.deep.equal(['77        a-longer-name']);
  });

  it('has its heads when there are no rows', () => {
    expect(new Table(columns, 80).lines([])).to.deep.equal(['ID  NAME  SUMMARY']);
  });

  it('fits whatever is in it into every screen that has room for what is copied', () => {
    const row = fc.tuple(fc.uuid(), fc.string({ unit: 'grapheme' }), fc.string({ unit: 'binary' }));
    const property = fc.property(
      fc.array(row, { minLength: 1, maxLength: 5 }),
      fc.integer({ min: 36, max: 120 }),
      (some, width) => {
        const lines = new Table(columns, width).lines(some);
        expect(lines).to.have.length(some.length + 1);
        for (const line of lines) expect(textWidth(line)).to.be.at.most(width);
        expect(lines.slice(1).map((line) => line.slice(0, 36))).to.deep.equal(some.map(([id]) => id));
      },
    );
    fc.assert(property);
  });
});
