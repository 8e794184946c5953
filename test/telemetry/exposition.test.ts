import { expect } from 'chai';
import { Gauge } from 'prom-client';
import { Exposition, lineOf } from '../../src/telemetry/exposition.ts';

const numbered = (count: number) => Array.from({ length: count }, (_, index) => `many{n="${index}"} 1`);

function familyOf(lines: () => Iterable<string>) {
  return { name: 'many', help: 'Very many.', type: 'gauge', lines } as const;
}

async function textOf(exposition: Exposition): Promise<string> {
  let text = '';
  for await (const slice of exposition.slices()) text += slice;
  return text;
}

describe('the exposition', () => {
  it("writes prom-client's metrics, then each family under its help and type", async () => {
    const exposition = new Exposition();
    new Gauge({ name: 'one', help: 'Just one.', registers: [exposition.small] }).set(7);
    exposition.add(familyOf(() => numbered(2)));
    expect(await textOf(exposition)).to.equal(
      [
        '# HELP one Just one.',
        '# TYPE one gauge',
        'one 7',
        '',
        '# HELP many Very many.',
        '# TYPE many gauge',
        'many{n="0"} 1',
        'many{n="1"} 1',
        '',
      ].join('\n'),
    );
  });

  it('writes every series once, at most 1,000 lines at a time, and lets other work pass in between', async () => {
    const exposition = new Exposition();
    exposition.add(familyOf(() => numbered(60_000)));
    let turns = 0;
    let turning = true;
    const turn = (): void => {
      turns += 1;
      if (turning) setImmediate(turn);
    };
    turn();
    const lines: string[] = [];
    let slices = 0;
    for await (const slice of exposition.slices()) {
      const written = slice.split('\n').filter((line) => line.startsWith('many{'));
      expect(written.length).to.be.at.most(1000);
      lines.push(...written);
      slices += 1;
    }
    turning = false;
    expect(lines).to.deep.equal(numbered(60_000));
    expect(slices).to.be.at.least(60);
    expect(turns).to.be.at.least(60);
  });

  it('makes no line before the one of which it is the turn', async () => {
    const exposition = new Exposition();
    let made = 0;
    exposition.add(
      familyOf(function* () {
        for (const line of numbered(5000)) {
          made += 1;
          yield line;
        }
      }),
    );
    const slices = exposition.slices();
    await slices.next();
    await slices.next();
    expect(made).to.be.within(1, 1000);
    await slices.return(undefined);
    expect(made).to.be.at.most(1000);
  });

  it('escapes the values of labels', () => {
    expect(lineOf('x', { a: 'back\\slash "quoted"\nnext' })).to.equal(
      'x{a="back\\\\slash \\"quoted\\"\\nnext"} ',
    );
  });
});
