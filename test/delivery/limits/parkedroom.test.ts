import { expect } from 'chai';
import { ParkedRoom } from '../../../src/delivery/limits/parkedroom.ts';
import type { DeliveryCount } from '../../../src/ledger/deliveries/deliveries.ts';
import { type Lines, logInto } from '../../support/loglines.ts';

const parkedOf = (tenant: string, count: number, reason = 'rejected'): DeliveryCount => {
  return { tenant, state: 'parked', reason, count, oldest: 0 };
};

describe('The room for parked deliveries', () => {
  let lines: Lines;
  let refused: string[];
  let room: ParkedRoom;
  const takes = (slug: string, times: number): readonly boolean[] =>
    Array.from({ length: times }, () => room.take(slug));

  beforeEach(() => {
    [lines, refused] = [[], []];
    room = new ParkedRoom({ most: 3, log: logInto(lines), onRefused: (slug) => refused.push(slug) });
  });

  it('is for as many of each tenant, whatever the others have', () => {
    expect(takes('acme', 4)).to.deep.equal([true, true, true, false]);
    expect(room.take('bloom')).to.equal(true);
    expect(refused).to.deep.equal(['acme']);
  });

  it('is what the last count leaves, of all reasons, and what was parked since', () => {
    room.counted([parkedOf('acme', 1), parkedOf('acme', 1, 'gave_up'), parkedOf('bloom', 5)]);
    expect(takes('acme', 2)).to.deep.equal([true, false]);
    expect(room.take('bloom')).to.equal(false);
  });

  it('is taken by nothing that waits', () => {
    room.counted([{ ...parkedOf('acme', 9), state: 'waiting' }]);
    expect(room.take('acme')).to.equal(true);
  });

  it('is for as many that are held, beside those that are parked', () => {
    room.counted([{ ...parkedOf('acme', 2, 'held'), state: 'waiting' }, parkedOf('acme', 3)]);
    expect([room.take('acme', 'held'), room.take('acme', 'held')]).to.deep.equal([true, false]);
    expect([room.has('acme', 'held'), room.has('bloom', 'held')]).to.deep.equal([false, true]);
    expect(lines.map(([, , fields]) => fields)).to.deep.equal([{ tenant: 'acme', held: 3 }]);
    expect(refused).to.deep.equal([]);
    room.counted([{ ...parkedOf('acme', 2, 'held'), state: 'waiting' }]);
    expect(room.take('acme', 'held')).to.equal(true);
  });

  it('is for as many in the outbox, beside those that are parked and held, and each without room is one that is not told', () => {
    room.counted([parkedOf('acme', 3)], [{ tenant: 'acme', count: 2, oldest: 0 }]);
    expect([room.take('acme', 'unsent'), room.take('acme', 'unsent')]).to.deep.equal([true, false]);
    expect(room.take('bloom', 'unsent')).to.equal(true);
    expect(lines.map(([, , fields]) => fields)).to.deep.equal([{ tenant: 'acme', unsent: 3 }]);
    expect(refused).to.deep.equal(['acme']);
    room.counted([], []);
    expect(room.take('acme', 'unsent')).to.equal(true);
  });

  it('in the outbox comes back with each that is told, and is never more than it was', () => {
    room.giveBack('acme', 'unsent');
    const takesUnsent = (): boolean => room.take('acme', 'unsent');
    expect([takesUnsent(), takesUnsent(), takesUnsent(), takesUnsent()]).to.deep.equal([
      true,
      true,
      true,
      false,
    ]);
    room.giveBack('acme', 'unsent');
    expect([takesUnsent(), takesUnsent()]).to.deep.equal([true, false]);
    room.giveBack('bloom', 'unsent');
    expect(takesUnsent()).to.equal(false);
  });

  it('comes back when fewer are counted', () => {
    takes('acme', 4);
    room.counted([]);
    expect(room.take('acme')).to.equal(true);
  });

  it('is one line in the log when there is none, and another one after there was some', () => {
    takes('acme', 9);
    expect(lines.map(([level, , fields]) => [level, fields])).to.deep.equal([
      ['warn', { tenant: 'acme', parked: 3 }],
    ]);
    room.counted([parkedOf('acme', 3)]);
    takes('acme', 1);
    expect(lines).to.have.length(1);
    room.counted([parkedOf('acme', 2)]);
    takes('acme', 2);
    expect(lines).to.have.length(2);
  });
});
