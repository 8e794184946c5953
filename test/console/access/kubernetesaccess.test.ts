import { expect } from 'chai';
import {
  type Authenticator,
  type Identity,
  type Permission,
  permissions,
} from '../../../src/console/access/access.ts';
import type { ConsoleAccess } from '../../../src/console/access/consoleaccess.ts';
import { kubernetesAccess } from '../../../src/console/access/kubernetesaccess.ts';
import type { ReviewedAction, ReviewedUser, Reviews } from '../../../src/console/access/reviews.ts';
import { ConsoleProblem } from '../../../src/console/consoleproblem.ts';
import { type ManualClock, manualClock } from '../../omneo/time.ts';

const ada: ReviewedUser = { user: 'ada', groups: ['support'], uid: 'u-1', extra: { scopes: ['a'] } };

/** A cluster in which a test says who may what, and that counts what it is asked. */
class FakeReviews implements Reviews {
  readonly users = new Map<string, ReviewedUser>([['token-of-ada', ada]]);
  /** As in `get omneotenants/deliveries in loyalty`. */
  readonly allowed = new Set<string>();
  readonly asked: string[] = [];
  readonly askedFor: ReviewedUser[] = [];
  isBroken = false;
  isClosed = false;

  userOf(token: string): Promise<ReviewedUser | undefined> {
    this.asked.push(`whose is ${token}`);
    return this.#answer(this.users.get(token));
  }

  isAllowed(
    user: ReviewedUser,
    { verb, resource, subresource, namespace }: ReviewedAction,
  ): Promise<boolean> {
    const action = `${verb} ${resource}/${subresource} in ${namespace || 'all'}`;
    this.asked.push(action);
    this.askedFor.push(user);
    return this.#answer(this.allowed.has(action));
  }

  close(): Promise<void> {
    this.isClosed = true;
    return Promise.resolve();
  }

  #answer<T>(answer: T): Promise<T> {
    return this.isBroken ? Promise.reject(new Error('of the API server')) : Promise.resolve(answer);
  }
}

describe('access in a cluster', () => {
  let clock: ManualClock;
  let reviews: FakeReviews;
  let access: ConsoleAccess;

  beforeEach(() => {
    clock = manualClock();
    reviews = new FakeReviews();
    access = kubernetesAccess(reviews, clock);
  });

  function identify(token: string): Promise<Identity | undefined> {
    const headers = { authorization: `Bearer ${token}` };
    const request = { headers, method: 'GET', socket: { remoteAddress: '192.0.2.1' } };
    const [authenticator] = access.authenticators;
    return authenticator!.identify(request as unknown as Parameters<Authenticator['identify']>[0]);
  }

  async function codeOf(promise: Promise<unknown>): Promise<string> {
    const error = await promise.then(
      (answer) => answer,
      (reason: unknown) => reason,
    );
    return error instanceof ConsoleProblem ? error.code : `no problem: ${String(error)}`;
  }

  it('knows the user of a token with all that authorization may depend on', async () => {
    expect(await identify('token-of-ada')).to.deep.equal({ ...ada, signedInBy: 'token' });
  });

  it('refuses a token that is nobody’s', async () => {
    expect(await codeOf(identify('token-of-nobody'))).to.equal('unauthenticated');
  });

  it('asks for a token once a minute', async () => {
    await Promise.all([identify('token-of-ada'), identify('token-of-ada')]);
    clock.advance(59_999);
    await identify('token-of-ada');
    expect(reviews.asked).to.have.length(1);
    clock.advance(1);
    reviews.users.clear();
    expect(await codeOf(identify('token-of-ada'))).to.equal('unauthenticated');
  });

  it('asks again at once for a token that was nobody’s', async () => {
    reviews.users.clear();
    expect(await codeOf(identify('token-of-ada'))).to.equal('unauthenticated');
    reviews.users.set('token-of-ada', ada);
    expect(await identify('token-of-ada')).to.have.property('user', 'ada');
  });

  it('lets nobody in while the API server cannot be asked, and remembers nothing of that', async () => {
    reviews.isBroken = true;
    expect(await codeOf(identify('token-of-ada'))).to.equal('unavailable');
    reviews.isBroken = false;
    expect(await identify('token-of-ada')).to.have.property('user', 'ada');
  });

  const asked: Readonly<Record<Permission, string>> = {
    list: 'list omneotenants/deliveries',
    get: 'get omneotenants/deliveries',
    update: 'update omneotenants/deliveries',
    delete: 'delete omneotenants/deliveries',
    payload: 'get omneotenants/payloads',
  };
  const identity: Identity = { ...ada, signedInBy: 'token' };
  const allows = (permission: Permission, namespace = 'loyalty', who = identity): Promise<boolean> =>
    access.authorizer.allows(who, permission, namespace);

  for (const permission of permissions) {
    it(`asks whether somebody may "${asked[permission]}" for ${permission}, and for nothing else`, async () => {
      reviews.allowed.add(`${asked[permission]} in loyalty`);
      for (const each of permissions) expect(await allows(each), each).to.equal(each === permission);
      expect(await allows(permission, 'other')).to.equal(false);
    });

    it(`does not ask namespace by namespace whoever may "${asked[permission]}" everywhere`, async () => {
      reviews.allowed.add(`${asked[permission]} in all`);
      for (const namespace of ['loyalty', 'other'])
        expect(await allows(permission, namespace)).to.equal(true);
      expect(reviews.asked).to.deep.equal([`${asked[permission]} in all`]);
    });
  }

  it('asks for the user with all that its token says', async () => {
    await allows('get');
    expect(reviews.askedFor[0]).to.deep.equal(ada);
  });

  it('asks once a minute for each user, permission and namespace', async () => {
    reviews.allowed.add('get omneotenants/deliveries in loyalty');
    await Promise.all([allows('get'), allows('get')]);
    clock.advance(59_999);
    expect(await allows('get')).to.equal(true);
    expect(reviews.asked).to.have.length(2);
    reviews.allowed.clear();
    clock.advance(1);
    expect(await allows('get')).to.equal(false);
  });

  it('takes the answer for one user for nobody else', async () => {
    reviews.allowed.add('get omneotenants/deliveries in loyalty');
    await allows('get');
    const others: Identity[] = [
      { ...identity, user: 'eve' },
      { ...identity, groups: [] },
      { ...identity, groups: ['sup', 'port'] },
      { ...identity, uid: 'u-2' },
      { ...identity, extra: {} },
    ];
    reviews.allowed.clear();
    for (const other of others) expect(await allows('get', 'loyalty', other)).to.equal(false);
  });

  it('allows nothing while the API server cannot be asked, and remembers nothing of that', async () => {
    reviews.allowed.add('get omneotenants/deliveries in loyalty');
    reviews.isBroken = true;
    expect(await codeOf(allows('get'))).to.equal('unavailable');
    reviews.isBroken = false;
    expect(await allows('get')).to.equal(true);
  });

  describe('of somebody who signed in elsewhere', () => {
    const session: Identity = { user: 'ada@example.com', groups: ['support'], signedInBy: 'session' };

    it('asks for the user and groups of the session', async () => {
      reviews.allowed.add('get omneotenants/deliveries in loyalty');
      expect(await allows('get', 'loyalty', session)).to.equal(true);
      expect(reviews.askedFor[0]).to.deep.equal({ user: 'ada@example.com', groups: ['support'] });
    });

    it('leaves out groups that are Kubernetes’ own', async () => {
      const groups = ['support', 'system:masters', 'system:authenticated'];
      await allows('get', 'loyalty', { ...session, groups });
      expect(reviews.askedFor[0]?.groups).to.deep.equal(['support']);
    });

    for (const user of ['system:admin', 'system:serviceaccount:kube-system:admin', ''])
      it(`is nobody for Kubernetes as "${user}"`, async () => {
        reviews.allowed.add('get omneotenants/deliveries in all');
        expect(await allows('get', 'loyalty', { ...session, user })).to.equal(false);
        expect(reviews.asked).to.deep.equal([]);
      });
  });

  it('ends with what it asks by', async () => {
    await access.close?.();
    expect(reviews.isClosed).to.equal(true);
  });
});
