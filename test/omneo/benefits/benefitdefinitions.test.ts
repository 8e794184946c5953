import { expect } from 'chai';
import { systemClock } from '../../../src/lib/clock.ts';
import { BenefitDefinitions } from '../../../src/omneo/benefits/benefitdefinitions.ts';
import { clientOf, failureOf } from '../parts.ts';
import { type Upstream, startUpstream } from '../upstream.ts';

type Answer = Readonly<{ status: number; body: string }>;

const json = (status: number, value: unknown): Answer => ({ status, body: JSON.stringify(value) });

describe('A benefit definition by its handle', () => {
  let upstream: Upstream;
  let answer: Answer;
  let definitions: BenefitDefinitions;

  before(async () => {
    upstream = await startUpstream((response) => {
      response.writeHead(answer.status, { 'content-type': 'application/json' }).end(answer.body);
    });
  });
  beforeEach(() => {
    definitions = new BenefitDefinitions(clientOf({ baseURL: upstream.url }), systemClock);
  });
  after(() => upstream.close());

  const found: Readonly<Record<string, Answer>> = {
    'its row has the handle': json(200, { data: { id: 3, handle: 'gift' } }),
    'its row has no handle': json(200, { data: { id: 3 } }),
    'it is the only row of a list': json(200, { data: [{ id: '3', handle: 'gift' }] }),
  };
  for (const [when, given] of Object.entries(found))
    it(`is known when ${when}`, async () => {
      answer = given;
      expect(await definitions.idOf('gift')).to.equal(3);
    });

  const misses: Readonly<Record<string, Answer>> = {
    'a model is': json(404, { message: 'No query results for model [App\\Models\\BenefitDefinition].' }),
    'a benefit definition is': json(404, { message: 'Benefit definition not found.' }),
  };
  for (const [what, given] of Object.entries(misses))
    it(`is refused for good when Omneo says that ${what} missing`, async () => {
      answer = given;
      expect((await failureOf(definitions.idOf('gift'))).fault).to.equal('rejected');
    });

  const unclear: Readonly<Record<string, Answer>> = {
    'no JSON': { status: 404, body: '<html>Not Found</html>' },
    'no body': { status: 404, body: '' },
    'a 404 that names nothing': json(404, { message: 'Not Found' }),
    'no route': json(404, {
      message: 'The route api/v3/benefits/definitions/handle/gift could not be found.',
    }),
    'a path': json(404, { message: '/benefits/definitions/handle/gift not found' }),
    'empty data': json(200, { data: [] }),
    'no data': json(200, { data: null }),
    'the row of another handle': json(200, { data: { id: 4, handle: 'another' } }),
    'a row without a number': json(200, { data: { id: 'x', handle: 'gift' } }),
    'several rows': json(200, { data: [{ id: 3 }, { id: 4 }] }),
  };
  for (const [what, given] of Object.entries(unclear))
    it(`is not known when the answer is ${what}, which is asked for again`, async () => {
      answer = given;
      expect((await failureOf(definitions.idOf('gift'))).fault).to.equal('unavailable');
      answer = json(200, { data: { id: 3, handle: 'gift' } });
      expect(await definitions.idOf('gift')).to.equal(3);
    });

  for (const handle of ['.', '..'])
    it(`is none by ${handle}, which would be another path, and Omneo is asked nothing`, async () => {
      const before = upstream.requests.length;
      expect((await failureOf(definitions.idOf(handle))).fault).to.equal('rejected');
      expect(upstream.requests).to.have.length(before);
    });
});
