import { expect } from 'chai';
import { creditKind } from '../../../src/omneo/credits/creditkind.ts';
import { identify } from '../../../src/omneo/resources/identify.ts';
import { clientOf, failureOf } from '../parts.ts';
import { answer, scriptedUpstreams } from '../upstream.ts';

const ada = '6f9c1b1e-3c55-4d0a-9a53-0d5a3b1f0a01';
const expected = { externalId: 'order-1', profileId: ada, definitionId: 7, amount: 10 };
const row = { id: 1, profile_id: ada, credit_definition_id: 7, value_initial: 10 };

describe('what is marked as made by others', () => {
  const start = scriptedUpstreams();

  const identified = async (rows: readonly object[]) => {
    const baseURL = await start((response) => {
      answer(response, 200, { data: [] });
    });
    return identify({ client: clientOf({ baseURL }), kind: creditKind }, rows as never, expected);
  };

  it('is not ours, though its id is the same', async () => {
    const others = { ...row, external_id: 'order-1', external_namespace: 'till' };
    expect(await identified([others])).to.deep.equal({ kind: 'none' });
  });

  it('does not hide ours', async () => {
    const others = { ...row, id: 2, external_id: 'order-1', external_namespace: 'till' };
    const ours = { ...row, external_id: 'order-1', external_namespace: 'klaviyo-flow' };
    expect(await identified([others, ours])).to.deep.equal({ kind: 'same', resourceId: 1 });
  });

  for (const [shows, namespace] of [
    ['null', null],
    ['nothing', undefined],
  ] as const)
    it(`is told by its id alone where Omneo shows ${shows} for a namespace`, async () => {
      const unmarked = { ...row, external_id: 'order-1', external_namespace: namespace };
      expect(await identified([unmarked])).to.deep.equal({ kind: 'same', resourceId: 1 });
    });

  it('shows that the filter is not heeded, when its id is hidden: nothing can be said then', async () => {
    const error = await failureOf(identified([{ ...row, external_namespace: 'till' }]));
    expect(error).to.include({ fault: 'unavailable' });
  });
});
