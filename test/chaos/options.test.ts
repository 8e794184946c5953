import { expect } from 'chai';
import { readOptions } from './options.ts';

describe('the options of the chaos run', () => {
  it('are those of a synchronous run unless the command line says otherwise', () => {
    expect(readOptions([], 7)).to.deep.equal({
      webhooks: 3000,
      seed: 7,
      minutes: 4,
      ledger: 'postgres',
      mode: 'synchronous',
      actions: ['rewards'],
      sabotage: undefined,
      intact: false,
      breaks: 'retry',
    });
  });

  it('are durable if that is asked for, or if the courier is to be sabotaged', () => {
    expect(readOptions(['--mode', 'durable'], 7).mode).to.equal('durable');
    expect(readOptions(['--sabotage', 'courier'], 7).mode).to.equal('durable');
    expect(readOptions(['--sabotage', 'fencing'], 7).mode).to.equal('synchronous');
  });

  it('are of some actions if these are named, and of credits besides where their outcomes are to be forgotten', () => {
    expect(readOptions(['--actions', 'credits,rewards'], 7).actions).to.deep.equal(['credits', 'rewards']);
    const { actions, mode } = readOptions(['--sabotage', 'unconfirmed'], 7);
    expect([actions, mode]).to.deep.equal([['rewards', 'credits'], 'synchronous']);
  });

  for (const [args, words] of [
    [['--mode', 'eager'], '--mode takes one of synchronous, durable.'],
    [['--minutes', '1'], '--minutes takes a number from 2 to 600.'],
    [['--mode', 'durable', '--minutes', '2'], '--minutes takes a number from 2.5 to 600.'],
    [['--sabotage', 'courier', '--mode', 'synchronous'], '--sabotage courier is for --mode durable.'],
    [['--sabotage', 'unconfirmed', '--mode', 'durable'], '--sabotage unconfirmed is for --mode synchronous.'],
    [
      ['--sabotage', 'unconfirmed', '--actions', 'rewards'],
      '--sabotage unconfirmed is for --actions with credits among them.',
    ],
    ...['', 'points', 'rewards,points', 'rewards,rewards', 'rewards, credits'].map(
      (names) =>
        [
          ['--actions', names],
          '--actions takes some of rewards,credits,benefits,interactions,attributes, each once, with commas between them.',
        ] as const,
    ),
  ] as const)
    it(`refuse ${args.join(' ')} with one sentence`, () => {
      expect(() => readOptions(args, 7)).to.throw(words);
    });
});
