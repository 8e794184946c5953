import { expect } from 'chai';
import { Limit } from '../../src/gateway/limits.ts';
import { Problem } from '../../src/gateway/problem.ts';

describe('Limit', () => {
  it('has room for so many under each name, and throws overloaded beyond', () => {
    const limit = new Limit(2);
    limit.enter('a');
    limit.enter('a');
    expect(() => limit.enter('a'))
      .to.throw(Problem)
      .with.property('code', 'overloaded');
    limit.enter('b');
    expect([limit.count('a'), limit.count('b'), limit.count('c')]).to.deep.equal([2, 1, 0]);
  });

  it('has room again for each that leaves, once', () => {
    const limit = new Limit(2);
    const leave = limit.enter('a');
    limit.enter('a');
    leave();
    leave();
    expect(limit.count('a')).to.equal(1);
    limit.enter('a');
    expect(() => limit.enter('a')).to.throw(Problem);
  });

  it('forgets a name that has nothing under way', () => {
    const limit = new Limit(1);
    limit.enter('__proto__')();
    expect(limit.count('__proto__')).to.equal(0);
    expect(() => limit.enter('__proto__')).to.not.throw();
  });
});
