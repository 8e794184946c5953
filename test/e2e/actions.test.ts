/** The contract of the README for every action: what a real gateway answers, and how many a real Omneo then holds. */
import { expect } from 'chai';
import { actionNames } from '../../src/tenants/actionnames.ts';
import type { ActionName } from '../support/asked.ts';
import { bare, rowsOf } from '../support/markdown.ts';
import { readText } from '../support/pages.ts';
import { type Row, rows } from './actions/rows.ts';
import { type Mode, type Stage, setStage } from './actions/stage.ts';
import type { Reply } from './gateway.ts';
import { eventually } from './time.ts';

/** Causes that strike before it matters what is asked for; `test/scenario/answered.test.ts` has them. */
const ofNoAction = [
  'the tenant has too many webhooks under way',
  'this process has too many webhooks under way',
  'the ledger cannot be reached, or its disk is full',
  'tenants are not loaded yet',
  'the replica stops',
];

/** As the rows have it: status, `status` or `code`, and whether a problem is parked. */
function wordsOf({ status, json }: Reply): string {
  const parked = status >= 400 && 'delivery_id' in json ? ', and parked' : '';
  return `${status} ${String(json['code'] ?? json['status'])}${parked}`;
}

function expectSaid({ json }: Reply, [detail, hint]: NonNullable<Row['says']>): void {
  expect(json['detail']).to.match(detail);
  const [error] = (json['errors'] ?? []) as { hint: string }[];
  if (hint !== undefined) expect(error?.hint).to.match(hint);
}

/** Once nothing is in the way any more one exists, of itself if it is stored, and its retry makes none. */
async function expectOneInTheEnd(stage: Stage, mode: Mode, action: ActionName): Promise<void> {
  const one = stage.expected(action, 1);
  if (mode === 'durable')
    await eventually('it is delivered', () => stage.held()[action] === one[action], { timeoutMs: 60_000 });
  await stage.again();
  expect((await stage.again()).json).to.include({ status: 'duplicate' });
  expect(stage.held()).to.deep.equal(one);
}

for (const mode of ['synchronous', 'durable'] as const)
  describe(`a webhook whose delivery is ${mode}`, () => {
    let stage: Stage;

    before(async () => {
      stage = await setStage(mode);
    });
    beforeEach(() => {
      stage.begin();
    });
    after(async () => {
      await (stage as Stage | undefined)?.end();
    });

    for (const action of actionNames)
      describe(`and that asks for ${action}`, () => {
        for (const row of rows.filter(({ of }) => of.includes(action)))
          it(`is answered ${row[mode]} when ${row.when}`, async () => {
            const reply = await row.act(stage, action);
            expect(wordsOf(reply), reply.text).to.equal(row[mode]);
            if (row.says !== undefined) expectSaid(reply, row.says);
            expect(stage.held()).to.deep.equal(stage.expected(action, row.made));
            if (row.isOnlyRead === true) expect(stage.changesAsked).to.equal(0);
            if (row.mend === undefined) return;
            await row.mend(stage, action);
            await expectOneInTheEnd(stage, mode, action);
          });
      });
  });

describe('the contract of the actions', () => {
  it('has every cause that the README names, with what is answered there', async () => {
    const told = rowsOf(await readText('README.md'), 'what is wrong', 'synchronous', 'durable');
    const causes = rows.flatMap(({ cause }) => cause ?? []);
    expect(told.map(([cause]) => cause)).to.have.members([...new Set([...causes, ...ofNoAction])]);
    for (const { when, cause, synchronous, durable } of rows) {
      const [, ...answers] = told.find(([named]) => named === cause) ?? [];
      const statuses = [synchronous, durable].map((words) => words.replace(/ \w+/, ''));
      if (cause !== undefined) expect(statuses, when).to.deep.equal(answers);
    }
  });

  it('has only problems that the README names, with the status that they have there', async () => {
    const told = rowsOf(await readText('README.md'), 'code', 'status', 'Klaviyo');
    const statuses = new Map(told.map(([code, status]) => [bare(code), status]));
    const answers = rows.flatMap(({ synchronous, durable }) => [synchronous, durable]);
    const problems = answers.filter((words) => /^[45]/.test(words));
    for (const words of problems) {
      const [status, code = ''] = words.replace(',', '').split(' ');
      expect(statuses.get(code), words).to.equal(status);
    }
    expect(problems).not.to.deep.equal([]);
  });

  it('has a row of its own for each action, in which Omneo refuses it for good', () => {
    const refused = rows.filter(({ synchronous }) => synchronous === '422 reward_rejected');
    expect(new Set(refused.flatMap(({ of }) => (of.length === 1 ? of : [])))).to.have.property(
      'size',
      actionNames.length,
    );
  });
});
