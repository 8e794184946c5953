import { expect } from 'chai';
import { type StepChoice, firstChoice, settled } from '../../../web/step/choice.ts';
import { trapsOf } from '../../../web/step/traps.ts';

const trapTitles = (choice: Partial<StepChoice>): string[] =>
  trapsOf(settled({ ...firstChoice, ...choice }), 'reward').map(({ title }) => title);

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
});
