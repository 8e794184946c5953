import { expect } from 'chai';
import fc from 'fast-check';
import type { ServerResponse } from 'node:http';
import { Contact, Outage } from '../../../../src/sources/kubernetes/informer/contact.ts';
import type { KubeObject } from '../../../../src/sources/kubernetes/api/object.ts';
import type { Handler } from '../../../../src/sources/kubernetes/informer/versionstore.ts';
import { Reflector } from '../../../../src/sources/kubernetes/informer/reflector.ts';
import { secretsIn, tenantsIn } from '../../../../src/sources/kubernetes/api/resources.ts';
import { type Asked, type Fault, FakeApi, send, sendStatus } from '../fakeapi.ts';
import { startWorld, type World } from '../harness.ts';

const plural = 'omneotenants';
const isList = (asked: Asked): boolean => asked.plural === plural && !asked.isWatch;
const isWatch = (asked: Asked): boolean => asked.plural === plural && asked.isWatch;

/** Takes the first `times` requests that are meant. */
function first(
  times: number,
  isMeant: (asked: Asked) => boolean,
  answer: (response: ServerResponse) => void,
): Fault {
  let left = times;
  return (asked, response) => {
    if (!isMeant(asked) || left === 0) return false;
    left--;
    answer(response);
    return true;
  };
}

describe('Reflector', () => {
  let world: World;
  let reflector: Reflector;
  let seen: Map<string, KubeObject>;
  let story: string[];
  let handler: Handler;

  function reflect(resource = tenantsIn('')): Reflector {
    const { client, clock, log, observe } = world;
    const contact = new Contact({ clock, log, observe, outage: new Outage(log) }, resource);
    const forwarding: Handler = {
      changed: (object) => {
        handler.changed(object);
      },
      deleted: (key) => {
        handler.deleted(key);
      },
    };
    return new Reflector({ client, resource, handler: forwarding, contact, clock, random: () => 0.5, log });
  }

  beforeEach(async () => {
    world = await startWorld();
    seen = new Map();
    story = [];
    handler = {
      changed: (object) => {
        seen.set(object.key, object);
        story.push(`changed ${object.key} ${object.uid}`);
      },
      deleted: (key) => {
        seen.delete(key);
        story.push(`deleted ${key}`);
      },
    };
    reflector = reflect();
  });

  afterEach(async () => {
    await reflector.stop();
    await world.client.close();
    await world.clock.until(() => world.api.watches === 0);
    expect(world.clock.timers, 'timers left').to.equal(0);
    await world.api.stop();
  });

  /** The handler was notified of exactly what the server has. */
  function isEqual(): boolean {
    const there = world.api
      .all(plural)
      .map(
        ({ metadata }) =>
          `${metadata.namespace}/${metadata.name} ${metadata.uid} ${metadata.resourceVersion}`,
      );
    const here = [...seen.values()].map(
      ({ key, uid, resourceVersion }) => `${key} ${uid} ${resourceVersion}`,
    );
    return there.sort().join() === here.sort().join();
  }

  async function startAndSync(): Promise<void> {
    world.api.put(plural, 'a/one', { spec: 1 });
    world.api.put(plural, 'a/two', { spec: 1 });
    reflector.start();
    await world.clock.until(() => reflector.hasSynced && world.api.watches === 1, { stepMs: 50 });
    await contact();
  }

  /** The watch is open not only for the server. */
  async function contact(): Promise<void> {
    world.clock.advance(1);
    world.api.ping();
    await world.clock.until(() => reflector.lastContact === world.clock.now());
  }

  const converge = () => world.clock.until(() => isEqual() && world.api.watches === 1, { stepMs: 50 });

  /** A minute of a quiet cluster: a bookmark, and time for what happens in between. */
  async function minute(): Promise<void> {
    world.api.bookmark();
    await contact();
    for (let seconds = 0; seconds < 60; seconds += 10) {
      await world.clock.settle(2);
      world.clock.advance(10_000);
    }
  }

  it('lists, then watches', async () => {
    await startAndSync();
    expect(isEqual()).to.equal(true);
    world.api.put(plural, 'a/three', { spec: 1 });
    world.api.put(plural, 'a/one', { spec: 2 });
    world.api.remove(plural, 'a/two');
    await world.clock.until(isEqual);
    const { resourceVersion } = world.api.get(plural, 'a/three')!.metadata;
    expect(reflector.versionOf('a/three')).to.equal(resourceVersion);
    expect(reflector.versionOf('a/two')).to.equal(undefined);
  });

  it('asks for bookmarks, and for an end after 240 to 300 seconds', async () => {
    await startAndSync();
    const { query } = world.api.asked.find(isWatch)!;
    expect(query.get('allowWatchBookmarks')).to.equal('true');
    expect(Number(query.get('timeoutSeconds'))).to.be.within(240, 300);
    expect(query.get('resourceVersion')).to.equal('102');
  });

  it('lists in pages of 500', async () => {
    for (let index = 0; index < 1001; index++) world.api.put(plural, `a/t${index}`, { spec: 1 });
    reflector.start();
    await world.clock.until(() => reflector.hasSynced);
    expect(seen.size).to.equal(1001);
    expect(world.api.asked.filter(isList).map(({ query }) => query.get('limit'))).to.deep.equal([
      '500',
      '500',
      '500',
    ]);
  });

  it('lists all at once when the token of a page has expired', async () => {
    for (let index = 0; index < 501; index++) world.api.put(plural, `a/t${index}`, { spec: 1 });
    world.api.faults = [
      first(
        1,
        (asked) => asked.query.has('continue'),
        (response) => {
          sendStatus(response, 410, 'Expired');
        },
      ),
    ];
    reflector.start();
    await world.clock.until(() => reflector.hasSynced, { stepMs: 50 });
    expect(seen.size).to.equal(501);
    expect(world.api.asked.filter(isList).at(-1)?.query.get('limit')).to.equal(null);
  });

  it('passes its selectors on to list and watch', async () => {
    reflector = reflect(secretsIn('a', 'omneo=yes'));
    world.api.put('secrets', 'a/ours', { metadata: { labels: { omneo: 'yes' } } });
    world.api.put('secrets', 'a/other', {});
    world.api.put('secrets', 'b/ours', { metadata: { labels: { omneo: 'yes' } } });
    reflector.start();
    await world.clock.until(() => world.api.watches === 1);
    expect([...seen.keys()]).to.deep.equal(['a/ours']);
    for (const { path, query } of world.api.asked) {
      expect(path).to.equal('/api/v1/namespaces/a/secrets');
      expect(query.get('labelSelector')).to.equal('omneo=yes');
      expect(query.get('fieldSelector')).to.include('type!=helm.sh/release.v1');
    }
  });

  describe('list faults', () => {
    const refusals = {
      500: 'server_error',
      503: 'server_error',
      403: 'forbidden',
      401: 'unauthorized',
      404: 'not_found',
      400: 'failed',
    };
    for (const [status, reason] of Object.entries(refusals)) {
      it(`survives ${status} on list`, async () => {
        world.api.faults = [
          first(3, isList, (response) => {
            sendStatus(response, Number(status), 'Whatever');
          }),
        ];
        await startAndSync();
        expect(isEqual()).to.equal(true);
        expect(world.counts.get(`restarted ${plural} ${reason}`)).to.equal(3);
      });
    }

    it('waits as long as 429 on list asks for', async () => {
      world.api.faults = [
        first(1, isList, (response) => {
          sendStatus(response, 429, 'TooManyRequests', { 'retry-after': '7' });
        }),
      ];
      reflector.start();
      await world.clock.until(() => world.counts.get(`restarted ${plural} throttled`) === 1);
      await world.clock.settle();
      world.clock.advance(6900);
      await world.clock.settle();
      expect(world.api.count(isList)).to.equal(1);
      world.clock.advance(200);
      await world.clock.until(() => world.api.count(isList) === 2);
    });

    it('survives a connection reset during list', async () => {
      world.api.faults = [
        first(2, isList, (response) => {
          response.writeHead(200);
          response.write('{"items":[{"met', () => response.socket?.resetAndDestroy());
        }),
      ];
      await startAndSync();
      expect(isEqual()).to.equal(true);
      expect(world.counts.get(`restarted ${plural} disconnected`)).to.equal(2);
    });

    it('asks for fewer objects a page when they are too large, and goes on so', async () => {
      const large = 'x'.repeat(100 * 1024);
      for (let index = 0; index < 98; index++) world.api.put(plural, `a/large-${index}`, { spec: large });
      await startAndSync();
      expect(isEqual()).to.equal(true);
      expect(world.counts.get(`restarted ${plural} too_large`)).to.equal(1);
      const limits = world.api.asked.filter(isList).map(({ query }) => query.get('limit'));
      expect(limits).to.deep.equal(['500', '50', '50']);
      // The next list, after ten to fifteen minutes.
      world.api.asked.length = 0;
      await world.clock.until(() => world.api.count(isList) === 2, { stepMs: 5000 });
      expect(world.counts.get(`restarted ${plural} too_large`)).to.equal(1);
    });

    it('takes one object a page, however large it is', async () => {
      world.api.put(plural, 'a/large', { spec: 'x'.repeat(9 * 1024 * 1024) });
      await startAndSync();
      expect(isEqual()).to.equal(true);
      expect(world.api.asked.filter(isList).map(({ query }) => query.get('limit'))).to.include('1');
    });

    it('gives up a list that never answers after its deadline, and tries again', async () => {
      const held: ServerResponse[] = [];
      world.api.faults = [first(1, isList, (response) => held.push(response))];
      reflector.start();
      await world.clock.until(() => held.length === 1);
      world.clock.advance(30_000);
      await world.clock.until(() => reflector.hasSynced, { stepMs: 50 });
      expect(world.counts.get(`restarted ${plural} timeout`)).to.equal(1);
      expect(held[0]!.socket?.destroyed ?? true).to.equal(true);
    });

    it('takes nothing for a list that is none, and deletes nothing', async () => {
      await startAndSync();
      const bodies = [
        {},
        { items: 'no' },
        { items: [], metadata: {} },
        [],
        { metadata: { resourceVersion: '9' } },
        { metadata: { resourceVersion: '9' }, items: [{ metadata: {} }] },
      ];
      world.api.faults = bodies.map((body) =>
        first(1, isList, (response) => {
          send(response, 200, body);
        }),
      );
      world.api.event({ type: 'ERROR', object: { code: 410 } });
      await world.clock.until(() => world.api.count(isList) === 8, { stepMs: 100 });
      await converge();
      expect(story).to.deep.equal(['changed a/one uid-1', 'changed a/two uid-2']);
    });

    it('takes null for an empty list', async () => {
      world.api.faults = [
        first(1, isList, (response) => {
          send(response, 200, { metadata: { resourceVersion: '5' }, items: null });
        }),
      ];
      reflector.start();
      await world.clock.until(() => reflector.hasSynced);
      expect(seen.size).to.equal(0);
    });

    it('takes a body that is no JSON for a fault, and shows nothing of it', async () => {
      world.api.faults = [first(1, isList, (response) => response.end('<html>confidential'))];
      await startAndSync();
      expect(world.counts.get(`restarted ${plural} malformed`)).to.equal(1);
      expect(JSON.stringify(world.log.lines)).not.to.include('confidential');
    });
  });

  describe('watch faults', () => {
    beforeEach(startAndSync);

    /** What changes unnoticed while the watch is broken. */
    function changeMeanwhile(): void {
      world.api.put(plural, 'a/one', { spec: 2 });
      world.api.put(plural, 'a/three', { spec: 1 });
      world.api.remove(plural, 'a/two');
    }

    it('goes on where it was after a reset during watch', async () => {
      world.api.resetWatches();
      await world.clock.until(() => world.api.watches === 0);
      changeMeanwhile();
      await converge();
      expect(world.counts.get(`restarted ${plural} disconnected`)).to.equal(1);
      expect(world.api.count(isList)).to.equal(1);
    });

    it('lists anew when the server was away for longer than that', async () => {
      world.api.faults = [first(1, isWatch, (response) => response.socket?.destroy())];
      world.api.resetWatches();
      await world.clock.until(() => world.api.watches === 0);
      await converge();
      expect(world.api.count(isList)).to.equal(2);
    });

    for (const status of [500, 403, 401, 404]) {
      it(`survives ${status} on watch`, async () => {
        world.api.faults = [
          first(2, isWatch, (response) => {
            sendStatus(response, status, 'Whatever');
          }),
        ];
        world.api.endWatches();
        await world.clock.until(() => world.api.watches === 0);
        changeMeanwhile();
        await converge();
      });
    }

    it('waits as long as 429 on watch asks for, and goes on where it was', async () => {
      world.api.faults = [
        first(1, isWatch, (response) => {
          sendStatus(response, 429, 'TooManyRequests', { 'retry-after': '20' });
        }),
      ];
      const before = world.clock.monotonic();
      world.api.resetWatches();
      await world.clock.until(() => world.api.watches === 0);
      changeMeanwhile();
      await world.clock.until(() => world.api.watches === 1, { stepMs: 100 });
      expect(world.clock.monotonic() - before).to.be.at.least(20_000);
      await converge();
      expect(world.api.count(isList)).to.equal(1);
    });

    it('does not wait for a day because a server says so', async () => {
      world.api.faults = [
        first(1, isWatch, (response) => {
          sendStatus(response, 429, 'TooManyRequests', { 'retry-after': '86400' });
        }),
      ];
      world.api.resetWatches();
      await world.clock.until(() => world.counts.has(`restarted ${plural} throttled`), { stepMs: 50 });
      await world.clock.settle(3);
      world.clock.advance(120_000);
      await converge();
    });

    it('lists anew on 410 as a status, and notifies of the difference only', async () => {
      world.api.endWatches();
      await world.clock.until(() => world.api.watches === 0);
      changeMeanwhile();
      world.api.compact();
      story = [];
      await converge();
      expect(story).to.deep.equal(['changed a/one uid-1', 'changed a/three uid-3', 'deleted a/two']);
      expect(world.counts.get(`restarted ${plural} expired`)).to.equal(1);
    });

    it('lists anew on 410 as an event', async () => {
      story = [];
      world.api.put(plural, 'a/one', { spec: 2 }, { silent: true });
      world.api.event({ type: 'ERROR', object: { kind: 'Status', code: 410, reason: 'Expired' } });
      await converge();
      expect(story).to.deep.equal(['changed a/one uid-1']);
    });

    const broken = {
      'another error event': `${JSON.stringify({ type: 'ERROR', object: { code: 500, reason: 'InternalError' } })}\n`,
      'an error event without a code': `${JSON.stringify({ type: 'ERROR', object: null })}\n`,
      'a malformed line': '{"type":"MODIF\n',
      'an unknown event type': '{"type":"WEIRD","object":{}}\n',
      'object: null': '{"type":"MODIFIED","object":null}\n',
      'an object without a name': '{"type":"ADDED","object":{"metadata":{"uid":"x"}}}\n',
      'a bookmark without a version': '{"type":"BOOKMARK","object":{"metadata":{}}}\n',
      'a line that is no object': '[1]\n',
    };
    for (const [name, line] of Object.entries(broken)) {
      it(`lists anew after ${name}, since a change may be lost`, async () => {
        world.api.put(plural, 'a/one', { spec: 2 }, { silent: true });
        world.api.remove(plural, 'a/two', { silent: true });
        world.api.say(line);
        await converge();
        const reason = name.includes('error event') ? 'server_error' : 'malformed';
        expect(world.counts.get(`restarted ${plural} ${reason}`)).to.equal(1);
      });
    }

    it('survives a line without an end', async function () {
      this.timeout(20_000);
      const piece = 'x'.repeat(1024 * 1024);
      for (let index = 0; index < 18; index++) world.api.say(piece);
      await world.clock.until(() => world.counts.has(`restarted ${plural} malformed`));
      await converge();
    });

    it('takes nothing of half an object at the end, and gets it whole', async () => {
      const object = { metadata: { name: 'half', namespace: 'a', uid: 'h', resourceVersion: '900' } };
      world.api.say(JSON.stringify({ type: 'ADDED', object }).slice(0, -1));
      await world.clock.settle();
      world.api.endWatches();
      await world.clock.until(() => world.api.watches === 0);
      world.api.put(plural, 'a/half', { spec: 1 });
      await converge();
      expect(story).not.to.include('changed a/half h');
    });

    it('notices a silent connection, and lists anew', async () => {
      world.api.put(plural, 'a/one', { spec: 2 }, { silent: true });
      world.clock.advance(89_000);
      await world.clock.settle(3);
      expect(world.counts.get(`restarted ${plural} silent`)).to.equal(undefined);
      world.clock.advance(31_000);
      await converge();
      expect(world.counts.get(`restarted ${plural} silent`)).to.equal(1);
    });

    it('lives on bookmarks alone for an hour', async () => {
      for (let minutes = 0; minutes < 60; minutes++) await minute();
      await converge();
      expect([...world.counts.keys()].filter((key) => key.startsWith('restarted'))).to.deep.equal([]);
      expect(story).to.have.length(2);
    });

    it('goes on from the version of the last bookmark', async () => {
      world.api.bookmark();
      world.api.bookmark();
      await world.clock.settle(5);
      world.api.endWatches();
      await world.clock.until(() => world.api.count(isWatch) === 2, { stepMs: 50 });
      expect(world.api.asked.findLast(isWatch)!.query.get('resourceVersion')).to.equal('104');
    });

    it('is not disturbed by a wall clock that jumps', async () => {
      for (const jump of [7_200_000, -86_400_000]) {
        world.clock.jump(jump);
        world.api.put(plural, 'a/one', { spec: jump });
        await world.clock.until(isEqual);
      }
      expect(world.api.count(isWatch)).to.equal(1);
      expect(reflector.lastContact).to.equal(world.clock.now());
    });

    it('notifies of a deleted and recreated object as deleted and changed', async () => {
      story = [];
      world.api.remove(plural, 'a/one', { silent: true });
      world.api.put(plural, 'a/one', { spec: 1 }, { silent: true });
      world.api.event({ type: 'ERROR', object: { code: 410 } });
      await converge();
      expect(story).to.deep.equal(['deleted a/one', 'changed a/one uid-3']);
    });

    it('follows a server whose etcd was wiped', async () => {
      const port = await world.api.stop();
      await world.clock.until(() => world.counts.has(`restarted ${plural} disconnected`), { stepMs: 50 });
      await world.clock.settle(5);
      world.clock.advance(300);
      await world.clock.settle(5);
      expect(seen.size, 'served while the server is away').to.equal(2);
      world.api.wipe();
      // Its versions have come further than before, so that the old one seems to be known to it.
      for (let index = 0; index < 200; index++) world.api.put('secrets', 'a/x', { index });
      world.api.put(plural, 'a/two', { spec: 1 });
      const { api } = world;
      const again = new FakeApi();
      Object.assign(again, { faults: api.faults });
      await api.start(port);
      await converge();
      expect([...seen.keys()]).to.deep.equal(['a/two']);
    });

    it('notices by its versions that a server has lost its past', async () => {
      world.api.remove(plural, 'a/two', { silent: true });
      world.api.event({ type: 'BOOKMARK', object: { metadata: { resourceVersion: '5' } } });
      await converge();
      expect(world.counts.get(`restarted ${plural} expired`)).to.equal(1);
    });

    it('backs off from a server that closes every watch at once', async () => {
      world.api.faults = [first(1000, isWatch, (response) => response.end())];
      world.api.endWatches();
      const before = world.api.count(isWatch);
      for (let ms = 0; ms < 60_000; ms += 100) {
        world.clock.advance(100);
        await world.clock.settle(1);
      }
      expect(world.api.count(isWatch) - before).to.be.within(5, 25);
      expect(world.api.count(isList)).to.equal(1);
      world.api.faults = [];
    });

    it('resets its back-off only after a watch that lasted', async () => {
      world.api.faults = [
        first(6, isWatch, (response) => {
          sendStatus(response, 500, 'InternalError');
        }),
      ];
      world.api.endWatches();
      await world.clock.until(() => world.api.watches === 0);
      await converge();
      await contact();
      world.clock.advance(10_000);
      await world.clock.settle(3);
      const before = world.clock.monotonic();
      world.api.resetWatches();
      await world.clock.until(() => world.api.watches === 0);
      await world.clock.until(() => world.api.watches === 1, { stepMs: 25 });
      expect(world.clock.monotonic() - before).to.be.below(400);
    });
  });

  it('ends a watch that the server forgets to end', async () => {
    await startAndSync();
    for (let seconds = 0; seconds < 300 && world.api.count(isWatch) === 1; seconds += 60) {
      await minute();
    }
    await world.clock.until(() => world.api.count(isWatch) === 2 && world.api.watches === 1);
    expect(world.counts.size).to.equal(0);
  });

  it('lists again every 10 to 15 minutes and notifies of what the watch did not', async () => {
    await startAndSync();
    world.api.put(plural, 'a/one', { spec: 2 }, { silent: true });
    for (let minutes = 0; minutes < 14; minutes++) {
      await minute();
      if (minutes === 8) expect(world.api.count(isList)).to.equal(1);
    }
    await converge();
    expect(world.api.count(isList)).to.equal(2);
  });

  it('brings an object again to a handler that threw, and the others all the time', async () => {
    await startAndSync();
    const { changed } = handler;
    let failures = 3;
    handler = {
      ...handler,
      changed: (object) => {
        if (object.key === 'a/bad' && failures-- > 0) throw new Error('bug');
        changed(object);
      },
    };
    world.api.put(plural, 'a/bad', { spec: 1 });
    world.api.put(plural, 'a/good', { spec: 1 });
    await world.clock.until(() => seen.has('a/good'), { stepMs: 50 });
    expect(seen.has('a/bad')).to.equal(false);
    await world.clock.until(() => world.api.watches === 1);
    for (let seconds = 0; seconds < 120 && !seen.has('a/bad'); seconds += 5) {
      world.clock.advance(5000);
      await world.clock.settle(3);
    }
    await converge();
    expect(world.counts.get(`restarted ${plural} handler`)).to.equal(1);
    expect(world.log.lines.filter(({ message }) => message === 'handler failed')).to.have.length(3);
  });

  it('notifies a handler that threw of a deletion again', async () => {
    await startAndSync();
    const { deleted } = handler;
    let failures = 2;
    handler = {
      ...handler,
      deleted: (key) => {
        if (failures-- > 0) throw new Error('bug');
        deleted(key);
      },
    };
    world.api.remove(plural, 'a/two');
    await world.clock.until(() => failures < 1, { stepMs: 50 });
    await world.clock.until(() => world.api.watches === 1, { stepMs: 50 });
    for (let seconds = 0; seconds < 120 && seen.has('a/two'); seconds += 5) {
      world.clock.advance(5000);
      await world.clock.settle(3);
    }
    await converge();
  });

  it('keeps the last state while the API is away for an hour, says so once, and comes back by itself', async () => {
    await startAndSync();
    await world.clock.settle();
    const contact = reflector.lastContact;
    const port = await world.api.stop();
    for (let ms = 0; ms < 3_600_000; ms += 5000) {
      world.clock.advance(5000);
      if (ms % 50_000 === 0) await world.clock.settle(1);
    }
    expect(seen.size).to.equal(2);
    expect(reflector.hasSynced).to.equal(true);
    expect(reflector.lastContact).to.equal(contact);
    expect(world.gauges.get(`contact ${plural}`)).to.equal(contact / 1000);
    expect(world.log.lines.filter(({ level }) => level === 'warn')).to.have.length(1);
    await world.api.start(port);
    world.api.put(plural, 'a/two', { spec: 5 });
    await converge();
    expect(
      world.log.lines.filter(({ level }) => level === 'info').map(({ message }) => message),
    ).to.deep.equal(['the Kubernetes API is back']);
  });

  describe('start and stop', () => {
    it('leaves no watch when it is stopped during list', async () => {
      const held: ServerResponse[] = [];
      world.api.faults = [first(1, isList, (response) => held.push(response))];
      reflector.start();
      await world.clock.until(() => held.length === 1);
      await reflector.stop();
      send(held[0]!, 200, { metadata: { resourceVersion: '1' }, items: [] });
      await world.clock.settle();
      expect(world.api.count(isWatch)).to.equal(0);
      expect(world.clock.timers).to.equal(0);
      expect(reflector.hasSynced).to.equal(false);
    });

    it('leaves no watch when it is stopped during back-off', async () => {
      world.api.faults = [
        first(9, isList, (response) => {
          sendStatus(response, 500, 'InternalError');
        }),
      ];
      reflector.start();
      await world.clock.until(() => world.counts.size > 0);
      await reflector.stop();
      expect(world.clock.timers).to.equal(0);
    });

    it('has one watch however often it is started', async () => {
      await startAndSync();
      reflector.start();
      reflector.start();
      await world.clock.settle();
      expect(world.api.watches).to.equal(1);
    });

    it('has one watch after stop and start in one breath, and notifies of nothing twice', async () => {
      await startAndSync();
      for (let turn = 0; turn < 5; turn++) {
        void reflector.stop();
        reflector.start();
      }
      await world.clock.until(() => world.api.count(isWatch) >= 2, { stepMs: 20 });
      await world.clock.until(() => world.api.watches === 1, { stepMs: 20 });
      await world.clock.settle(20);
      expect(world.api.watches).to.equal(1);
      expect(story).to.have.length(2);
    });

    it('can be stopped without having been started', async () => {
      await reflector.stop();
      expect(reflector.lastContact).to.equal(0);
    });
  });

  it('ends equal to the collection, whatever happens between two lists', async function () {
    this.timeout(60_000);
    const keys = ['a/1', 'a/2', 'b/1'];
    const step = fc.record({
      key: fc.constantFrom(...keys),
      kind: fc.constantFrom('put', 'remove', 'recreate'),
    });
    await startAndSync();
    await fc.assert(
      fc.asyncProperty(fc.array(step, { maxLength: 8 }), fc.boolean(), async (steps, silent) => {
        for (const { key, kind } of steps) {
          if (kind !== 'put') world.api.remove(plural, key, { silent });
          if (kind !== 'remove') world.api.put(plural, key, { spec: Math.random() }, { silent });
        }
        const before = new Map([...seen].map(([key, { uid }]) => [key, uid]));
        story = [];
        if (silent) world.api.event({ type: 'ERROR', object: { code: 410 } });
        await converge();
        if (!silent) return;
        // A relist notifies of the least: nothing of what stayed, one deletion for what went or was replaced.
        for (const [key, uid] of before) {
          const isSame = world.api.get(plural, key)?.metadata.uid === uid;
          expect(story.filter((line) => line === `deleted ${key}`)).to.have.length(isSame ? 0 : 1);
        }
      }),
      { numRuns: 40 },
    );
  });
});
