import { expect } from 'chai';
import type { Switches } from '../../sandbox/switches.ts';
import { ada, callSandbox, dataOf as anyDataOf, gone, rowsOf, type Caller, type Reply } from './caller.ts';

const breed = `/profiles/${ada}/attributes/custom/pet:breed`;
const visits = `/profiles/${ada}/attributes/custom/loyalty:visits`;
const paperless = `/profiles/${ada}/attributes/custom/preferences:paperless`;
const dataOf = (reply: Reply) => anyDataOf(reply) as Record<string, unknown>;
const text = (value: unknown) => ({ type: 'string', value });

describe('sandbox attributes', () => {
  let caller: Caller;
  beforeEach(async () => {
    caller = await callSandbox();
  });
  afterEach(() => caller.close());

  const set = (path: string, fields: object) => caller.call('PUT', path, fields);
  const errorsOf = ({ json }: { json: unknown }) => Object.keys((json as { errors: object }).errors);

  it('are set, shown, set anew under the same id, and taken away', async () => {
    const first = dataOf(await set(breed, text('beagle')));
    expect(first).to.include({
      profile_id: ada,
      namespace: 'pet',
      handle: 'breed',
      type: 'string',
      value: 'beagle',
    });
    expect(dataOf(await set(breed, text('poodle')))).to.include({ id: first['id'], value: 'poodle' });
    expect(dataOf(await caller.call('GET', breed))).to.include({ value: 'poodle' });
    expect(rowsOf(await caller.call('GET', `/profiles/${ada}/attributes/custom`))).to.have.length(1);
    expect((await caller.call('DELETE', breed)).status).to.equal(204);
    expect((await caller.call('GET', breed)).status).to.equal(404);
    expect((await caller.call('DELETE', breed)).status).to.equal(404);
    expect(caller.sandbox.attributeHistory('acme').map(({ value }) => value)).to.deep.equal([
      'beagle',
      'poodle',
    ]);
  });

  it('show numbers and truths as text, or as what they are', async () => {
    for (const [numbersAs, visited, isPaperless] of [
      ['string', '7', '1'],
      ['number', 7, true],
    ] as const) {
      caller.sandbox.setOption({ numbersAs });
      expect(dataOf(await set(visits, { type: 'integer', value: '7' }))['value']).to.equal(visited);
      expect(dataOf(await set(paperless, { type: 'boolean', value: true }))['value']).to.equal(isPaperless);
    }
  });

  it('keep their time when they are set to what they are', async () => {
    const { updated_at: first } = dataOf(await set(breed, text('beagle')));
    caller.tick(5000);
    expect(dataOf(await set(breed, text('beagle')))['updated_at']).to.equal(first);
    expect(dataOf(await set(breed, text('poodle')))['updated_at']).not.to.equal(first);
  });

  it('tell no letter cases apart', async () => {
    await set(breed, text('beagle'));
    expect(dataOf(await caller.call('GET', breed.replace('breed', 'BREED')))).to.include({ value: 'beagle' });
  });

  for (const [what, path, fields, wrong] of [
    ['an unknown handle', breed.replace('breed', 'colour'), text('red'), 'handle'],
    ['no type', breed, { value: 'beagle' }, 'type'],
    ['an unknown type', breed, { type: 'date', value: 'beagle' }, 'type'],
    ['another type', breed, { type: 'integer', value: 7 }, 'type'],
    ['a number for text', breed, text(7), 'value'],
    ['text for a whole number', visits, { type: 'integer', value: 'seven' }, 'value'],
    ['a part for a whole number', visits, { type: 'integer', value: 7.5 }, 'value'],
    ['words for a truth', paperless, { type: 'boolean', value: 'true' }, 'value'],
    ['too long a text', breed, text('a'.repeat(256)), 'value'],
  ] as const)
    it(`refuse ${what} and name it`, async () => {
      const reply = await set(path, fields);
      expect(reply.status).to.equal(422);
      expect(errorsOf(reply)).to.deep.equal([wrong]);
      expect(caller.sandbox.attributes('acme')).to.deep.equal([]);
    });

  for (const [what, path] of [
    ['a deleted profile', breed.replace(ada, gone)],
    ['an unknown profile', breed.replace(ada, 'nobody')],
    ['a name without a namespace', breed.replace('pet:', '')],
  ] as const)
    it(`are not found for ${what}`, async () => {
      expect((await set(path, text('beagle'))).status).to.equal(404);
    });

  it('of any name are taken on demand, and of no name are not found if that is how it is refused', async () => {
    const other = breed.replace('breed', 'colour');
    const refused = async (switches: Partial<Switches>) => {
      caller.sandbox.setOption(switches);
      return (await set(other, text('red'))).status;
    };
    expect(await refused({ unknownAttribute: '404' })).to.equal(404);
    expect(await refused({ refusalWords: 'base', unknownAttribute: '422' })).to.equal(422);
    expect(await refused({ attributesOnDemand: true })).to.equal(200);
    expect(
      (await set(breed, { type: 'integer', value: 7 })).status,
      'of another type than is defined',
    ).to.equal(422);
  });
});
