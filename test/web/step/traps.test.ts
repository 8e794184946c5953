import { expect } from 'chai';
import { type StepChoice, firstChoice, settled } from '../../../web/step/choice.ts';
import { stepActionOf } from '../../../web/step/stepaction.ts';
import { trapsOf } from '../../../web/step/traps.ts';

const trapTitles = (choice: Partial<StepChoice>, action = 'rewards'): string[] =>
  trapsOf(settled({ ...firstChoice, ...choice }), stepActionOf(action)).map(({ title }) => title);

describe('The traps of a step', () => {
  const shown: [name: string, Partial<StepChoice>, titles: string[]][] = [
    [
      'a metric and an id of the event',
      {},
      ['person.KlaviyoID, not person.id', 'The property must be unique for each reward'],
    ],
    [
      'an amount of the event',
      { amountFrom: 'event' },
      [
        'person.KlaviyoID, not person.id',
        'The property must be unique for each reward',
        'A plain number, in quotes',
      ],
    ],
    [
      'a list and a campaign',
      { trigger: 'list', idFrom: 'customer' },
      [
        'person.KlaviyoID, not person.id',
        'event.* is blank in this Flow',
        'One reward for each customer, ever',
      ],
    ],
    [
      'a birthday',
      { trigger: 'date' },
      [
        'No profile id in this Flow',
        'event.* is blank in this Flow',
        'Without an id there is less protection',
      ],
    ],
  ];
  for (const [name, choice, titles] of shown)
    it(`are said where they bite: ${name}`, () => {
      expect(trapTitles(choice)).to.deep.equal(titles);
    });

  it('of an attribute are its names, and what a blank value does', () => {
    const usual = ['person.KlaviyoID, not person.id', 'The property must be unique for each attribute'];
    const names = [...usual, 'The very names that Omneo has'];
    expect(trapTitles({}, 'attributes')).to.deep.equal(names);
    expect(trapTitles({ valueFrom: 'event' }, 'attributes')).to.deep.equal([
      ...names,
      'A blank value sets nothing',
    ]);
  });
});
