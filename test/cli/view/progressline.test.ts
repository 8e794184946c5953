import { PassThrough } from 'node:stream';
import { expect } from 'chai';
import fc from 'fast-check';
import { textWidth } from '../../../src/cli/view/printable.ts';
import { type TenantProgress, progressLine } from '../../../src/cli/view/progressline.ts';

const screen = (columns?: number) =>
  Object.assign(new PassThrough(), columns === undefined ? {} : { isTTY: true, columns });

const progress: TenantProgress = { slug: 'acme', issued: 750, waiting: 250, parked: 5, leftMs: 150_000 };

describe('the progress of a tenant as a line', () => {
  it('has a bar on a screen, as long as there is room for', () => {
    const counts = '75 %: 750 issued, 250 waiting, 5 parked, about 2m left';
    expect(progressLine(progress, screen(200))).to.equal(`acme ${'█'.repeat(30)}${'░'.repeat(10)} ${counts}`);
    expect(progressLine(progress, screen(80))).to.equal(`acme ${'█'.repeat(15)}${'░'.repeat(5)} ${counts}`);
    expect(progressLine(progress, screen(60))).to.equal(`acme ${counts}`);
    expect(progressLine(progress, screen(20))).to.equal('acme 75 %: 750 issu…');
  });

  it('has none where nobody looks at a screen', () => {
    expect(progressLine(progress, screen())).to.equal(
      'acme 75 %: 750 issued, 250 waiting, 5 parked, about 2m left',
    );
  });

  it('is at 100 % when nothing waits, and only then', () => {
    const of = (issued: number, waiting: number): string =>
      progressLine({ slug: 'acme', issued, waiting, parked: 0 }, screen());
    expect(of(0, 0)).to.contain('100 %');
    expect(of(99_999, 1)).to.contain(' 99 %');
    expect(of(0, 7)).to.contain(' 0 %');
  });

  it('fits every screen', () => {
    const some = fc.record({
      slug: fc.string(),
      issued: fc.nat(),
      waiting: fc.nat(),
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
