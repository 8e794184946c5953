import { expect } from 'chai';
import { Limit } from '../../../src/http/middleware/limits.ts';
import { Problem } from '../../../src/lib/problem.ts';

describe('Limit', () => {
  it('has room for so many under each name, and throws overloaded beyond', () => {
    const limit = new Limit(2);
    limit.enter('a');
    limit.enter('a');
    expect(() => limit.enter('a'))
      .to.throw(Problem)
      .with.property('code', 'overloaded');
    limit.enter('b');
    expect(() => limit.enter('b')).to.not.throw();
  });

  it('has room again for each that leaves, once', () => {
    const limit = new Limit(2);
    const leave = limit.enter('a');
    limit.enter('a');
    leave();
    leave();
    limit.enter('a');
    expect(() => limit.enter('a')).to.throw(Problem);
  });

  it('takes a name as it is, whatever an object would make of it', () => {
    const limit = new Limit(1);
    limit.enter('__proto__')();
    expect(() => limit.enter('__proto__')).to.not.throw();
  });
});
