import { PassThrough } from 'node:stream';
import { expect } from 'chai';
import fc from 'fast-check';
import { textWidth } from '../../../src/cli/view/printable.ts';
import { type TenantProgress, progressLine } from '../../../src/cli/view/progressline.ts';

const screen = (columns?: number) =>
  Object.assign(new PassThrough(), columns === undefined ? {} : { isTTY: true, columns });

const progress: TenantProgress = {
  slug: 'acme',
  ...{ issued: 900, waiting: 250, atFirst: 1000, parked: 5, leftMs: 150_000 },
};

describe('the progress of a tenant as a line', () => {
  const counts = '75 %: 250 waiting, 5 parked, about 2m left';
  const issued = '; 900 issued of those that arrived in 24 h';

  it('has a bar on a screen, as long as there is room for', () => {
    const wide = `acme ${'█'.repeat(30)}${'░'.repeat(10)} ${counts}${issued}`;
    expect(progressLine(progress, screen(200))).to.equal(wide);
    expect(progressLine(progress, screen(100))).to.equal(
      `acme ${'█'.repeat(7)}${'░'.repeat(3)} ${counts}${issued}`,
    );
    expect(progressLine(progress, screen(50))).to.equal(`acme ${counts}`);
    expect(progressLine(progress, screen(20))).to.equal('acme 75 %: 250 wait…');
  });

  it('leaves out what was issued where there is room for a bar only without', () => {
    expect(progressLine(progress, screen(80))).to.equal(`acme ${'█'.repeat(24)}${'░'.repeat(8)} ${counts}`);
  });

  it('has none where nobody looks at a screen', () => {
    expect(progressLine(progress, screen())).to.equal(`acme ${counts}${issued}`);
  });

  it('is at 100 % when nothing waits, and only then', () => {
    const of = (atFirst: number, waiting: number): string =>
      progressLine({ slug: 'acme', issued: 3, atFirst, waiting, parked: 0 }, screen());
    expect(of(0, 0)).to.contain('100 %');
    expect(of(7, 0)).to.contain('100 %');
    expect(of(100_000, 1)).to.contain(' 99 %');
    expect(of(7, 7)).to.contain(' 0 %');
  });

  it('fits every screen', () => {
    const some = fc.record({
      slug: fc.string(),
      issued: fc.nat(),
      waiting: fc.nat(),
      atFirst: fc.nat(),
      parked: fc.nat(),
      leftMs: fc.nat(),
    });
    fc.assert(
      fc.property(some, fc.integer({ min: 1, max: 300 }), (one, columns) => {
        expect(textWidth(progressLine(one, screen(columns)))).to.be.at.most(columns);
      }),
    );
  });
});
