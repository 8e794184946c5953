import { expect } from 'chai';
import { Contact } from '../../../../src/sources/kubernetes/informer/contact.ts';
import { Outage } from '../../../../src/sources/kubernetes/informer/outage.ts';
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
    const told = (): unknown[] =>
      log.lines
        .filter(({ level }) => level !== 'debug')
        .map(({ level, fields }) => [level, fields['resources']]);
    return { here, there, secrets, fail, told, log };
  }

  it('is told of in one line with all that it concerns, and in one when all of it is back', () => {
    const { here, there, secrets, fail, told } = follow();
    for (const count of [1, 2, 3, 4, 50]) for (const each of [here, there, secrets]) fail(each, count);
    expect(told()).to.deep.equal([['warn', ['omneotenants', 'secrets']]]);
    there.heard();
    secrets.heard();
    secrets.heard();
    expect(told()).to.have.length(1);
    here.heard();
    here.heard();
    expect(told().slice(1)).to.deep.equal([['info', ['omneotenants', 'secrets']]]);
  });

  it('is told of by the namespaces that it concerns, if they are watched one by one', () => {
    const { here, there, secrets, fail, log } = follow();
    for (const count of [1, 2, 3]) for (const each of [secrets, here]) fail(each, count);
    there.heard();
    here.heard();
    secrets.heard();
    const names = log.lines
      .filter(({ level }) => level !== 'debug')
      .map(({ fields }) => fields['namespaces']);
    expect(names).to.deep.equal([['here'], ['here']]);
  });

  it('is none before the third failure in a row', () => {
    const { here, secrets, fail, told } = follow();
    fail(here, 1, 2);
    here.heard();
    fail(here, 1, 2);
    fail(secrets, 1, 2);
    expect(told()).to.deep.equal([]);
  });

  it('concerns one resource when the others are heard of', () => {
    const { here, there, secrets, fail, told } = follow();
    fail(here, 1);
    here.heard();
    there.heard();
    fail(secrets, 1, 2, 3);
    secrets.heard();
    expect(told()).to.deep.equal([
      ['warn', ['secrets']],
      ['info', ['secrets']],
    ]);
  });

  it('is told of again for what it reaches later, and is over once', () => {
    const { here, secrets, fail, told } = follow();
    fail(secrets, 1, 2, 3);
    fail(here, 1, 2, 3);
    here.heard();
    secrets.heard();
    expect(told()).to.deep.equal([
      ['warn', ['secrets']],
      ['warn', ['omneotenants']],
      ['info', ['omneotenants', 'secrets']],
    ]);
  });

  it('is a new one after it was over', () => {
    const { secrets, fail, told } = follow();
    fail(secrets, 1, 2, 3);
    secrets.heard();
    fail(secrets, 1, 2, 3);
    secrets.heard();
    expect(told()).to.deep.equal([
      ['warn', ['secrets']],
      ['info', ['secrets']],
      ['warn', ['secrets']],
      ['info', ['secrets']],
    ]);
  });
});
