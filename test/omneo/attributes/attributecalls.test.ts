import { expect } from 'chai';
import { systemClock } from '../../../src/lib/clock.ts';
import { readAttribute, writeAttribute } from '../../../src/omneo/attributes/attributecalls.ts';
import { clientOf, failureOf } from '../parts.ts';
import { type Received, type Script, answer, scriptedUpstreams, startUpstream } from '../upstream.ts';

const ada = '6f9c1b1e-3c55-4d0a-9a53-0d5a3b1f0a01';
const ben = '6f9c1b1e-3c55-4d0a-9a53-0d5a3b1f0a02';
const key = { profileId: ada, namespace: 'pet', handle: 'breed' };
const row = { id: 7, profile_id: ada, namespace: 'pet', handle: 'breed', type: 'string', value: 'beagle' };

/** Answers that are no attribute, by what they are. */
const strange: Readonly<Record<string, Script>> = {
  'a 204': (response) => response.writeHead(204).end(),
  'an empty body': (response) => response.end(),
  HTML: (response) => response.end('<html></html>'),
  'no data': (response) => {
    answer(response, 200, { message: 'Queued for processing.' });
  },
  'an empty list': (response) => {
    answer(response, 200, { data: [] });
  },
  'two rows': (response) => {
    answer(response, 200, { data: [row, row] });
  },
  'another profile’s': (response) => {
    answer(response, 200, { data: { ...row, profile_id: ben } });
  },
  'another namespace': (response) => {
    answer(response, 200, { data: { ...row, namespace: 'pets' } });
  },
  'another handle': (response) => {
    answer(response, 200, { data: { ...row, handle: 'name' } });
  },
  'no id': (response) => {
    answer(response, 200, { data: { ...row, id: null } });
  },
};

describe('An attribute in Omneo', () => {
  const start = scriptedUpstreams();
  const against = async (script: Script) => clientOf({ baseURL: await start(script) });
  const always =
    (status: number, body: unknown): Script =>
    (response) => {
      answer(response, status, body);
    };

  it('is asked for by its profile, namespace and handle, each as one segment of the path or a part of it', async () => {
    const requests: Received[] = [];
    const client = await against((response, request) => {
      requests.push(request);
      answer(response, 200, { data: {} });
    });
    const odd = { profileId: ada, namespace: 'Größe 1', handle: 'a.b' };
    await readAttribute(client, odd).catch(() => undefined);
    const path = `/profiles/${ada}/attributes/custom/Gr%C3%B6%C3%9Fe%201:a.b`;
    expect(requests.map(({ method, path: asked }) => [method, asked])).to.deep.equal([['GET', path]]);
  });

  describe('is read', () => {
    const read = async (script: Script) => readAttribute(await against(script), key);

    for (const [what, data] of [
      ['as a row', row],
      ['as a list of one', [row]],
      ['in other letter cases', { ...row, profile_id: ada.toUpperCase(), namespace: 'Pet' }],
      ['without what it is of', { id: 7, value: 'beagle' }],
    ] as const)
      it(what, async () => {
        expect(await read(always(200, { data }))).to.deep.equal({ id: 7, value: 'beagle' });
      });

    it('as nothing if there is none', async () => {
      expect(await read(always(404, { message: 'Not Found' }))).to.equal(undefined);
    });

    for (const [what, script] of Object.entries({ ...strange, 'a refusal': always(422, { message: 'no' }) }))
      it(`in vain from ${what}`, async () => {
        expect((await failureOf(read(script))).fault).to.equal('unavailable');
      });
  });

  describe('is set', () => {
    const fields = { type: 'string', value: 'beagle' };
    const soon = () => ({ fields, deadline: systemClock.monotonic() + 1000 });
    const write = async (script: Script) => writeAttribute(await against(script), key, soon());

    it('by its type and value', async () => {
      const requests: Received[] = [];
      const id = await write((response, request) => {
        requests.push(request);
        answer(response, 200, { data: row });
      });
      expect(id).to.equal(7);
      expect(requests.map(({ method, body }) => [method, JSON.parse(body) as unknown])).to.deep.equal([
        ['PUT', fields],
      ]);
    });

    it('once more if its connection broke: twice is the same as once', async () => {
      const upstream = await startUpstream((response, _, count) => {
        if (count === 1) response.socket?.resetAndDestroy();
        else answer(response, 201, { data: row });
      });
      expect(await writeAttribute(clientOf({ baseURL: upstream.url }), key, soon())).to.equal(7);
      expect(upstream.requests).to.have.length(2);
      await upstream.close();
    });

    for (const [what, script] of Object.entries(strange))
      it(`perhaps, if it is answered with ${what}`, async () => {
        const failure = await failureOf(write(script));
        expect(failure).to.include({ fault: 'unavailable', mayHaveHappened: true });
      });

    for (const [what, status, body, expected] of [
      ['its fields', 422, { errors: { value: ['no'] } }, { fault: 'rejected', mayHaveHappened: false }],
      ['its name', 422, { errors: { handle: ['no'] } }, { fault: 'rejected', mayHaveHappened: false }],
      ['other fields', 422, { errors: { base: ['no'] } }, { fault: 'unavailable', mayHaveHappened: true }],
      ['no field', 422, { message: 'no' }, { fault: 'unavailable', isRefusal: true }],
      ['words of its own', 400, { message: 'no' }, { fault: 'unavailable', isRefusal: true }],
      ['a 404', 404, { message: 'no' }, { fault: 'unavailable', status: 404, mayHaveHappened: false }],
      ['a 404 of a proxy', 404, 'Not Found', { fault: 'unavailable', status: 404, mayHaveHappened: true }],
      ['a 500', 500, {}, { fault: 'unavailable', mayHaveHappened: true }],
      ['a 429', 429, {}, { fault: 'throttled', mayHaveHappened: true }],
    ] as const)
      it(`not, if Omneo refuses it with ${what}`, async () => {
        expect(await failureOf(write(always(status, body)))).to.include(expected);
      });

    it('not after its deadline', async () => {
      const client = await against(() => undefined);
      const late = { fields, deadline: systemClock.monotonic() + 50 };
      expect(await failureOf(writeAttribute(client, key, late))).to.include({ mayHaveHappened: true });
      const over = { fields, deadline: systemClock.monotonic() };
      expect(await failureOf(writeAttribute(client, key, over))).to.include({ mayHaveHappened: false });
    });
  });
});
