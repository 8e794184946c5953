import { expect } from 'chai';
import { listInteractions } from '../../../src/omneo/interactions/interactioncalls.ts';
import { type InteractionPlace, around } from '../../../src/omneo/interactions/place.ts';
import { clientOf, failureOf } from '../parts.ts';
import { type Upstream, startUpstream } from '../upstream.ts';

const place: InteractionPlace = { profileId: 'ada', namespace: 'klaviyo-flow', at: 0, ...around(0, 0) };

/** An Omneo that shows this many rows on each page, as many as are asked for at most, and with each page this `meta`. */
type Shows = Readonly<{ rows: number; meta?: (page: number) => object | undefined; most?: number }>;

describe('A list of interactions', () => {
  let upstream: Upstream;
  let shows: Shows;

  before(async () => {
    upstream = await startUpstream((response, { path }) => {
      const query = new URL(path, 'http://omneo').searchParams;
      const [page, asked] = ['page[number]', 'page[size]'].map((name) => Number(query.get(name)));
      const size = Math.min(asked!, shows.most ?? Infinity);
      const ids = Array.from({ length: shows.rows }, (_, row) => ({ id: row + 1 }));
      const data = ids.slice((page! - 1) * size, page! * size);
      response.writeHead(200, { 'content-type': 'application/json' });
      response.end(JSON.stringify({ data, meta: shows.meta?.(page!) }));
    });
  });
  after(() => upstream.close());

  const shown = async (): Promise<number> =>
    (await listInteractions(clientOf({ baseURL: upstream.url }), place)).length;

  for (const rows of [0, 99, 100, 101, 200, 250])
    it(`of ${rows} is whole when the answer says nothing of pages: it ends with one that is not full`, async () => {
      shows = { rows };
      expect(await shown()).to.equal(rows);
    });

  it('is whole when only the current page is said', async () => {
    shows = { rows: 150, meta: (page) => ({ current_page: page }) };
    expect(await shown()).to.equal(150);
  });

  it('is read no further than the last page that is said', async () => {
    shows = { rows: 100, meta: (page) => ({ current_page: page, last_page: 1 }) };
    const before = upstream.requests.length;
    expect(await shown()).to.equal(100);
    expect(upstream.requests.length - before).to.equal(1);
  });

  it('that has more than can be looked through is none, however little the answer says', async () => {
    shows = { rows: 1100 };
    expect((await failureOf(shown())).fault).to.equal('unavailable');
  });

  it('of which every page is the first one is none', async () => {
    const same = await startUpstream((response) => {
      response.writeHead(200, { 'content-type': 'application/json' });
      response.end(JSON.stringify({ data: Array.from({ length: 100 }, (_, row) => ({ id: row + 1 })) }));
    });
    const error = await failureOf(listInteractions(clientOf({ baseURL: same.url }), place));
    await same.close();
    expect(error.fault).to.equal('unavailable');
  });
});
