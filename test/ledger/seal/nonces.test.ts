import { expect } from 'chai';
import { Nonces } from '../../../src/ledger/seal/nonces.ts';

describe('the nonces of a keyring', () => {
  it('are of 12 bytes, and none comes twice, however many are made at once', () => {
    const nonces = new Nonces();
    const all = Array.from({ length: 2000 }, () => nonces.next());
    expect(all.every(({ length }) => length === 12)).to.equal(true);
    expect(new Set(all.map((nonce) => Buffer.from(nonce).toString('hex')))).to.have.property('size', 2000);
  });

  it('of one that was given are not written over by those that come later', () => {
    const nonces = new Nonces();
    const first = nonces.next();
    const copy = Buffer.from(first);
    for (let count = 0; count < 2000; count += 1) nonces.next();
    expect(Buffer.from(first)).to.deep.equal(copy);
  });

  it('differ between two keyrings', () => {
    expect(Buffer.from(new Nonces().next())).to.not.deep.equal(Buffer.from(new Nonces().next()));
  });
});
