import { expect } from 'chai';
import { Contact, Outage } from '../../../../src/sources/kubernetes/informer/contact.ts';
import { FakeClock } from '../fakeclock.ts';
import { keptLog, keptObserve } from '../harness.ts';

describe('Outage', () => {
  function follow() {
    const log = keptLog();
    const parts = { clock: new FakeClock(), log, observe: keptObserve().observe, outage: new Outage(log) };
    const contact = (name: string, namespace = '') => new Contact(parts, { name, namespace });
    const [here, there] = [contact('omneotenants', 'here'), contact('omneotenants', 'there')];
    const secrets = contact('secrets');
    const fail = (contact: typeof here, ...failures: number[]): void => {
      for (const count of failures) contact.restarted('disconnected', count, 'Error(ECONNREFUSED)');
    };
    const logged = (): unknown[] =>
      log.lines
        .filter(({ level }) => level !== 'debug')
        .map(({ level, fields }) => [level, fields['resources']]);
    return { here, there, secrets, fail, logged, log };
  }

  it('is logged in one line with all that it concerns, and in one when all of it is back', () => {
    const { here, there, secrets, fail, logged } = follow();
    for (const count of [1, 2, 3, 4, 50]) for (const each of [here, there, secrets]) fail(each, count);
    expect(logged()).to.deep.equal([['warn', ['omneotenants', 'secrets']]]);
    there.record();
    secrets.record();
    secrets.record();
    expect(logged()).to.have.length(1);
    here.record();
    here.record();
    expect(logged().slice(1)).to.deep.equal([['info', ['omneotenants', 'secrets']]]);
  });

  it('is logged by the namespaces that it concerns, if they are watched one by one', () => {
    const { here, there, secrets, fail, log } = follow();
    for (const count of [1, 2, 3]) for (const each of [secrets, here]) fail(each, count);
    there.record();
    here.record();
    secrets.record();
    const names = log.lines
      .filter(({ level }) => level !== 'debug')
      .map(({ fields }) => fields['namespaces']);
    expect(names).to.deep.equal([['here'], ['here']]);
  });

  it('is none before the third failure in a row', () => {
    const { here, secrets, fail, logged } = follow();
    fail(here, 1, 2);
    here.record();
    fail(here, 1, 2);
    fail(secrets, 1, 2);
    expect(logged()).to.deep.equal([]);
  });

  it('concerns one resource when the others have contact', () => {
    const { here, there, secrets, fail, logged } = follow();
    fail(here, 1);
    here.record();
    there.record();
    fail(secrets, 1, 2, 3);
    secrets.record();
    expect(logged()).to.deep.equal([
      ['warn', ['secrets']],
      ['info', ['secrets']],
    ]);
  });

  it('is logged of again for what it reaches later, and is over once', () => {
    const { here, secrets, fail, logged } = follow();
    fail(secrets, 1, 2, 3);
    fail(here, 1, 2, 3);
    here.record();
    secrets.record();
    expect(logged()).to.deep.equal([
      ['warn', ['secrets']],
      ['warn', ['omneotenants']],
      ['info', ['omneotenants', 'secrets']],
    ]);
  });

  it('is a new one after it was over', () => {
    const { secrets, fail, logged } = follow();
    fail(secrets, 1, 2, 3);
    secrets.record();
    fail(secrets, 1, 2, 3);
    secrets.record();
    expect(logged()).to.deep.equal([
      ['warn', ['secrets']],
      ['info', ['secrets']],
      ['warn', ['secrets']],
      ['info', ['secrets']],
    ]);
  });
});
