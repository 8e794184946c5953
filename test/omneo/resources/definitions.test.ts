import { expect } from 'chai';
import { startSandbox } from '../../../sandbox/omneo.ts';
import { sample } from '../../../sandbox/sample.ts';
import { listDefinitions } from '../../../src/omneo/resources/definitions.ts';
import { clientOf, failureOf, rewardsOf } from '../parts.ts';
import { type Received, type Script, answer, scriptedUpstreams } from '../upstream.ts';

/** Which page a request asks for. */
const pageOf = ({ path }: Received): number =>
  Number(new URL(path, 'http://omneo').searchParams.get('page[number]'));

describe('reward definitions', () => {
  const start = scriptedUpstreams();
  const against = async (script: Script) => clientOf({ baseURL: await start(script) });
  const listed = async (script: Script) => listDefinitions(rewardsOf(await against(script)));
  const rows = (from: number, count: number) =>
    Array.from({ length: count }, (_, n) => ({ id: from + n, name: `Definition ${from + n}` }));

  it('are listed by name from the sandbox, whatever its pages hold', async () => {
    const sandbox = await startSandbox({ tenants: sample, pageSize: 1 });
    try {
      sandbox.addDefinitions('acme', [{ id: 7, handle: 'aloha' }]);
      const client = clientOf({ baseURL: sandbox.baseURL('acme') });
      expect(await listDefinitions(rewardsOf(client))).to.deep.equal([
        { id: 7, name: 'aloha', handle: 'aloha' },
        { id: 6, name: 'Happy birthday', handle: 'birthday' },
        { id: 42, name: 'We miss you', handle: 'winback' },
      ]);
      expect(sandbox.calls()['acme definitions']).to.equal(1);
    } finally {
      await sandbox.close();
    }
  });

  it('are read page by page, up to a thousand', async () => {
    let asked = 0;
    const definitions = await listed((response, request) => {
      asked += 1;
      const page = pageOf(request);
      answer(response, 200, {
        data: rows((page - 1) * 100 + 1, 100),
        meta: { current_page: page, last_page: 30 },
      });
    });
    expect(definitions.length).to.equal(1000);
    expect(asked).to.equal(10);
    expect(definitions.slice(0, 3).map(({ name }) => name)).to.deep.equal([
      ...['Definition 1', 'Definition 2', 'Definition 3'],
    ]);
  });

  it('are read to an end from a server that ignores which page is asked for', async () => {
    let asked = 0;
    const definitions = await listed((response) => {
      asked += 1;
      answer(response, 200, { data: rows(1, 2), meta: { current_page: 1, last_page: 9 } });
    });
    expect(definitions.length).to.equal(2);
    expect(asked).to.equal(2);
  });

  it('are not asked for again and again from a server that shows few at once', async () => {
    let asked = 0;
    await listed((response, request) => {
      asked += 1;
      answer(response, 200, {
        data: rows(pageOf(request), 1),
        meta: { current_page: pageOf(request), last_page: 9999 },
      });
    });
    expect(asked).to.equal(40);
  });

  it('may come without pages, as one row, or not at all', async () => {
    for (const [data, ids] of [
      [rows(1, 3), [1, 2, 3]],
      [{ id: 4, name: 'One' }, [4]],
      [[], []],
      [null, []],
    ] as const) {
      const definitions = await listed((response) => {
        answer(response, 200, { data });
      });
      expect(definitions.map(({ id }) => id)).to.deep.equal(ids);
    }
  });

  it('are left out without a number that a webhook can name, and named by what there is', async () => {
    const data = [
      ...[{ id: 0 }, { id: -1 }, { id: 1.5 }, { id: 'abc' }, { id: '' }, {}, null],
      { id: '8', name: ' ', handle: 'eight' },
      { id: 9, name: null },
      { id: 10, handle: 5, name: 'Ten' },
    ];
    const definitions = await listed((response) => {
      answer(response, 200, { data });
    });
    expect(definitions).to.deep.equal([
      { id: 9, name: '9' },
      { id: 8, name: 'eight', handle: 'eight' },
      { id: 10, name: 'Ten' },
    ]);
  });

  for (const [what, status, body] of [
    ['a 404', 404, { message: 'Not Found' }],
    ['a 422', 422, { errors: {} }],
    ['no data', 200, { message: 'ok' }],
    ['rows that are none', 200, { data: ['a'] }],
    ['a 503', 503, {}],
  ] as const)
    it(`cannot be known after ${what}`, async () => {
      const client = await against((response) => {
        answer(response, status, body);
      });
      expect((await failureOf(listDefinitions(rewardsOf(client)))).fault).to.equal('unavailable');
    });

  it('are throttled and refused as any other call is', async () => {
    for (const [status, fault] of [
      [429, 'throttled'],
      [403, 'refused'],
    ] as const) {
      const client = await against((response) => {
        answer(response, status, {});
      });
      expect((await failureOf(listDefinitions(rewardsOf(client)))).fault).to.equal(fault);
    }
  });
});
