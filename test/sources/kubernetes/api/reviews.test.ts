import { once } from 'node:events';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect } from 'chai';
import { ApiError } from '../../../../src/sources/kubernetes/api/apierror.ts';
import { KubeConfigError } from '../../../../src/sources/kubernetes/api/connection.ts';
import { KubeReviews } from '../../../../src/sources/kubernetes/api/reviews.ts';
import { FakeClock } from '../fakeclock.ts';

const action = { verb: 'get', resource: 'omneotenants', subresource: 'deliveries', namespace: 'loyalty' };
const ada = { user: 'ada', groups: ['support'] };

type Asked = Readonly<{ path: string; body: Record<string, unknown> }>;

describe('reviews by the API server', () => {
  let server: Server;
  let folder: string;
  let kubeconfig: string;
  let reviews: KubeReviews;
  let asked: Asked[];
  let answer: Readonly<{ code: number; body: object }>;
  let underWay: number;
  let mostUnderWay: number;
  let isHanging: boolean;
  let clock: FakeClock;

  before(async () => {
    folder = await mkdtemp(join(tmpdir(), 'reviews-'));
    server = createServer((request, response) => {
      underWay += 1;
      mostUnderWay = Math.max(mostUnderWay, underWay);
      const chunks: Buffer[] = [];
      request.on('data', (chunk: Buffer) => chunks.push(chunk));
      request.on('end', () => {
        const body = JSON.parse(Buffer.concat(chunks).toString()) as Record<string, unknown>;
        asked.push({ path: `${request.method ?? ''} ${request.url ?? ''}`, body });
        if (isHanging) return;
        setImmediate(() => {
          underWay -= 1;
          response.writeHead(answer.code, { 'content-type': 'application/json' });
          response.end(JSON.stringify(answer.body));
        });
      });
    });
    await once(server.listen(0, '127.0.0.1'), 'listening');
    kubeconfig = join(folder, 'kubeconfig');
    await writeFile(kubeconfig, JSON.stringify(kubeconfigOf((server.address() as AddressInfo).port)));
  });

  beforeEach(() => {
    [asked, underWay, mostUnderWay, isHanging] = [[], 0, 0, false];
    clock = new FakeClock();
    reviews = new KubeReviews({ kubeconfig, clock });
  });

  afterEach(() => reviews.close());

  after(async () => {
    server.close();
    server.closeAllConnections();
    await rm(folder, { recursive: true });
  });

  function kubeconfigOf(port: number): object {
    return {
      clusters: [
        { name: 'here', cluster: { server: `http://127.0.0.1:${port}`, 'insecure-skip-tls-verify': true } },
      ],
      users: [{ name: 'gateway', user: { token: 'of-the-gateway' } }],
      contexts: [{ name: 'here', context: { cluster: 'here', user: 'gateway' } }],
      'current-context': 'here',
    };
  }

  function status(fields: object): void {
    answer = { code: 201, body: { kind: 'Review', status: fields } };
  }

  async function errorOf(promise: Promise<unknown>): Promise<unknown> {
    return promise.then(
      () => undefined,
      (error: unknown) => error,
    );
  }

  it('ask whose a token is, for the audiences that the API server has itself', async () => {
    const extra = { 'authentication.kubernetes.io/pod-name': ['gateway-0'] };
    status({ authenticated: true, user: { username: 'ada', uid: 'u-1', groups: ['support'], extra } });
    expect(await reviews.userOf('a-token')).to.deep.equal({ ...ada, uid: 'u-1', extra });
    expect(asked).to.deep.equal([
      {
        path: 'POST /apis/authentication.k8s.io/v1/tokenreviews',
        body: { apiVersion: 'authentication.k8s.io/v1', kind: 'TokenReview', spec: { token: 'a-token' } },
      },
    ]);
  });

  for (const [what, fields] of [
    ['is not authenticated', { authenticated: false, user: { username: 'ada' } }],
    ['is authenticated in a word only', { authenticated: 'true', user: { username: 'ada' } }],
    ['cannot be told', { error: 'invalid bearer token' }],
    ['has no name', { authenticated: true, user: {} }],
    ['is nothing', undefined],
  ] as const)
    it(`find nobody where the user ${what}`, async () => {
      answer = { code: 201, body: { status: fields } };
      expect(await reviews.userOf('a-token')).to.equal(undefined);
    });

  it('ask what somebody may do', async () => {
    status({ allowed: true });
    const extra = { scopes: ['a'] };
    expect(await reviews.isAllowed({ ...ada, uid: 'u-1', extra }, action)).to.equal(true);
    const resourceAttributes = { group: 'omneo.io', ...action };
    expect(asked).to.deep.equal([
      {
        path: 'POST /apis/authorization.k8s.io/v1/subjectaccessreviews',
        body: {
          apiVersion: 'authorization.k8s.io/v1',
          kind: 'SubjectAccessReview',
          spec: { ...ada, uid: 'u-1', extra, resourceAttributes },
        },
      },
    ]);
  });

  for (const [what, fields] of [
    ['says no', { allowed: false }],
    ['denies it', { allowed: true, denied: true }],
    ['says it in a word only', { allowed: 'true' }],
    ['could not tell', { evaluationError: 'no authorizer' }],
    ['says nothing', undefined],
  ] as const)
    it(`allow nothing where the API server ${what}`, async () => {
      answer = { code: 201, body: { status: fields } };
      expect(await reviews.isAllowed(ada, action)).to.equal(false);
    });

  for (const code of [401, 403, 429, 500])
    it(`fail where the API server answers ${code}`, async () => {
      answer = { code, body: { kind: 'Status', reason: 'Because' } };
      for (const review of [reviews.userOf('a-token'), reviews.isAllowed(ada, action)])
        expect(await errorOf(review))
          .to.be.instanceOf(ApiError)
          .with.property('status', code);
    });

  it('say what to grant where the gateway may not ask', async () => {
    answer = { code: 403, body: { kind: 'Status', reason: 'Forbidden' } };
    expect(String(await errorOf(reviews.isAllowed(ada, action)))).to.contain(
      'the gateway may not create subjectaccessreviews.authorization.k8s.io in all namespaces; grant it',
    );
  });

  it('are sixteen at once at most, and all are answered', async () => {
    status({ allowed: true });
    const many = Array.from({ length: 100 }, (_, index) =>
      reviews.isAllowed(ada, { ...action, namespace: `team-${index}` }),
    );
    expect(new Set(await Promise.all(many))).to.deep.equal(new Set([true]));
    expect(asked).to.have.length(100);
    expect(mostUnderWay).to.be.within(1, 16);
  });

  it('fail, without being sent, where they had no turn for five seconds', async () => {
    isHanging = true;
    const errors = Array.from({ length: 40 }, () => errorOf(reviews.isAllowed(ada, action)));
    await clock.until(() => asked.length === 16);
    clock.advance(5_000);
    for (const error of await Promise.all(errors))
      expect(error).to.be.instanceOf(ApiError).with.property('code', '0 Timeout');
    isHanging = false;
    status({ allowed: true });
    expect(await reviews.isAllowed(ada, action)).to.equal(true);
    expect(asked).to.have.length(17);
    expect(clock.timers).to.equal(0);
  });

  it('look for a way to the cluster again after there was none', async () => {
    const late = join(folder, 'late');
    const lost = new KubeReviews({ kubeconfig: late, clock: new FakeClock() });
    expect(await errorOf(lost.userOf('a-token'))).to.be.instanceOf(KubeConfigError);
    await writeFile(late, JSON.stringify(kubeconfigOf((server.address() as AddressInfo).port)));
    status({ authenticated: true, user: { username: 'ada', groups: ['support'] } });
    expect(await lost.userOf('a-token')).to.deep.equal({ ...ada, extra: {} });
    await lost.close();
  });
});
