import { expect } from 'chai';
import { findOwn, isOwn } from '../../../src/omneo/resources/own.ts';
import { clientOf, failureOf, rewardsOf } from '../parts.ts';
import { answer, scriptedUpstreams } from '../upstream.ts';

const ada = '6f9c1b1e-3c55-4d0a-9a53-0d5a3b1f0a01';
const ben = '6f9c1b1e-3c55-4d0a-9a53-0d5a3b1f0a02';
const row = { id: 5, profile_id: ada, external_id: 'order-7', definition: { id: 42 }, value_initial: 10 };

describe('A reward of a customer', () => {
  const start = scriptedUpstreams();

  const omneo = async (status: number, body: object, profile: object = {}) => {
    const baseURL = await start((response, { path }) => {
      if (path.includes('/profiles')) answer(response, 200, { data: profile });
      else answer(response, status, body);
    });
    return rewardsOf(clientOf({ baseURL }));
  };

  describe('under an id', () => {
    const found = async (rows: readonly object[], profileId = ada) =>
      findOwn(await omneo(200, { data: rows }), 'order-7', profileId);

    it('is found whatever its definition and amount', async () => {
      expect(await found([row])).to.equal(5);
      expect(await found([{ ...row, definition: { id: 6 }, value_initial: 99 }])).to.equal(5);
    });

    it('is none of another customer, nor one that shows no customer', async () => {
      expect(await found([row], ben)).to.equal(undefined);
      expect(await found([{ ...row, profile_id: undefined }])).to.equal(undefined);
      expect(await found([])).to.equal(undefined);
    });

    it('is none that shows another id', async () => {
      expect(await failureOf(found([{ ...row, external_id: 'order-8' }]))).to.include({
        fault: 'unavailable',
      });
    });
  });

  describe('by its number', () => {
    const own = async (status: number, body: object, profile?: object) =>
      isOwn(await omneo(status, body, profile), 5, ada);

    it('is theirs if Omneo shows them, or shows nobody', async () => {
      expect(await own(200, { data: row })).to.equal(true);
      expect(await own(200, { data: { ...row, profile_id: ada.toUpperCase() } })).to.equal(true);
      expect(await own(200, { data: { ...row, profile_id: null } })).to.equal(true);
    });

    it('is not theirs if it is another’s, or is gone', async () => {
      expect(await own(200, { data: { ...row, profile_id: ben } }, { id: ben })).to.equal(false);
      expect(await own(404, { message: 'Not Found' })).to.equal(false);
    });

    it('is theirs if it is of a profile that was merged into theirs', async () => {
      const merged = { id: ben, profile_type: 'deleted', merged_into: ada };
      expect(await own(200, { data: { ...row, profile_id: ben } }, merged)).to.equal(true);
    });

    it('counts as theirs if it may not be read', async () => {
      expect(await own(403, { message: 'Forbidden' })).to.equal(true);
    });

    it('is unknown while Omneo fails', async () => {
      for (const [status, body] of [
        [500, { message: 'Oops' }],
        [200, { message: 'Hello' }],
      ] as const)
        expect(await failureOf(own(status, body))).to.include({ fault: 'unavailable' });
    });
  });
});
