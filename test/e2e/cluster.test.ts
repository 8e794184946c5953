import { expect } from 'chai';
import { existsSync } from 'node:fs';
import { mkdir, readdir, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { startCluster, type Cluster } from './cluster.ts';
import { untilCrdServed } from './crdserved.ts';
import { temporaryFolder, type TemporaryFolder } from './folder.ts';
import { needTools } from './needs.ts';
import { startProcess } from './process.ts';
import { run, runOrThrow } from './run.ts';
import { eventually } from './time.ts';
import { tool } from './tools/tool.ts';

const crd = join(import.meta.dirname, '../../crds/omneotenants.omneo.io.yaml');

/** The command lines of all processes that name this folder, guards included. */
async function processesOf(folder: string): Promise<string[]> {
  const { stdout } = await runOrThrow('ps', ['-ww', '-eo', 'args']);
  return stdout.split('\n').filter((line) => line.includes(folder));
}

async function expectNothingLeft(folder: string): Promise<void> {
  await eventually('all processes are gone', async () => (await processesOf(folder)).length === 0);
  expect(existsSync(folder)).to.equal(false);
}

describe('a real cluster', () => {
  let cluster: Cluster;

  before(async function () {
    await needTools(this, 'etcd', 'kube-apiserver', 'kubectl');
    cluster = await startCluster();
  });

  after(async () => {
    // Undefined if the suite was skipped.
    await (cluster as Cluster | undefined)?.stop();
  });

  async function kubectl(...args: string[]): Promise<string> {
    const { stdout, stderr, code } = await cluster.kubectl(args);
    expect(code, stderr).to.equal(0);
    return stdout;
  }

  it('answers a kubectl of its own version', async () => {
    const version = JSON.parse(await kubectl('version', '-o', 'json')) as Record<
      string,
      { gitVersion: string }
    >;
    expect(version['serverVersion']?.gitVersion).to.equal('v1.37.2');
    expect(version['clientVersion']?.gitVersion).to.match(/^v1\.37\./);
  });

  it('serves the OmneoTenant resource', async function () {
    if (!existsSync(crd)) this.skip();
    await kubectl('apply', '--server-side', '-f', crd);
    await untilCrdServed(kubectl);
    expect(await kubectl('get', 'otn', '-A', '-o', 'name')).to.equal('');
  });

  it('takes what kubectl is given on stdin', async () => {
    const input = JSON.stringify({ apiVersion: 'v1', kind: 'ConfigMap', metadata: { name: 'given' } });
    const { stdout } = await cluster.kubectl(['apply', '-f', '-'], { input });
    expect(stdout).to.equal('configmap/given created\n');
  });

  it('reports a failing kubectl as an outcome', async () => {
    const { code, stderr } = await cluster.kubectl(['get', 'configmap', 'missing']);
    expect(code).to.equal(1);
    expect(stderr).to.contain('NotFound');
  });

  it('sends bookmarks of a collection in which nothing changes', async () => {
    const path = '/api/v1/secrets';
    const { metadata } = JSON.parse(await kubectl('get', '--raw', path)) as {
      metadata: { resourceVersion: string };
    };
    await kubectl('create', 'configmap', 'elsewhere');
    // The API server sends one two seconds before the end, if it knows of a version that is newer.
    const query = `watch=true&allowWatchBookmarks=true&resourceVersion=${metadata.resourceVersion}&timeoutSeconds=12`;
    expect(await kubectl('get', '--raw', `${path}?${query}`)).to.contain('"type":"BOOKMARK"');
  });

  it("binds a ServiceAccount's token by RBAC, and audits who did what", async () => {
    await kubectl('create', 'serviceaccount', 'reader');
    await kubectl('create', 'role', 'reader', '--verb=list', '--resource=secrets');
    await kubectl('create', 'rolebinding', 'reader', '--role=reader', '--serviceaccount=default:reader');
    const kubeconfig = await cluster.serviceAccountKubeconfig('default', 'reader');
    const asReader = async (...args: string[]) =>
      run(await tool('kubectl'), [`--kubeconfig=${kubeconfig}`, ...args], { env: { HOME: cluster.folder } });

    expect((await asReader('get', 'secrets')).code).to.equal(0);
    const refused = await asReader('get', 'secrets', '-n', 'kube-system');
    expect(refused.stderr).to.contain('Forbidden');

    const events = (await cluster.auditEvents()).filter(
      ({ user, objectRef }) =>
        user.username === 'system:serviceaccount:default:reader' && objectRef?.resource === 'secrets',
    );
    const seen = events.map(({ verb, objectRef, responseStatus }) => [
      verb,
      objectRef?.namespace,
      responseStatus?.code,
    ]);
    expect(seen).to.deep.equal([
      ['list', 'default', 200],
      ['list', 'kube-system', 403],
    ]);
  });

  it('keeps its objects and its port while the API server is away', async () => {
    await kubectl('create', 'namespace', 'kept');
    await cluster.stopApiServer();
    const away = await cluster.kubectl(['get', 'namespace', 'kept', '--request-timeout=2s']);
    expect(away.code).to.equal(1);
    await cluster.startApiServer();
    await kubectl('get', 'namespace', 'kept');
  });

  it('begins anew after a wipe', async () => {
    await kubectl('create', 'namespace', 'lost');
    await cluster.wipe();
    const { stderr } = await cluster.kubectl(['get', 'namespace', 'lost']);
    expect(stderr).to.contain('NotFound');
    await kubectl('get', 'namespace', 'default');
  });
});

describe('what a cluster leaves behind', () => {
  let logs: TemporaryFolder;

  before(async function () {
    await needTools(this, 'etcd', 'kube-apiserver', 'kubectl');
    logs = await temporaryFolder('logs');
  });

  after(async () => {
    await (logs as TemporaryFolder | undefined)?.remove();
  });

  it('is nothing after stop()', async () => {
    const cluster = await startCluster();
    // etcd, the API server and the guard of the folder.
    expect(await processesOf(cluster.folder)).to.have.length(3);
    await cluster.stop();
    await expectNothingLeft(cluster.folder);
  });

  it('is nothing after a start that failed', async () => {
    const { KUBEBUILDER_ASSETS: assets = '', TMPDIR: temporary = '' } = process.env;
    const broken = join(logs.path, 'broken');
    const inside = join(logs.path, 'inside');
    await Promise.all([mkdir(broken), mkdir(inside)]);
    await writeFile(join(broken, 'kube-apiserver'), '#!/bin/sh\necho no luck\nexit 1\n', { mode: 0o755 });
    Object.assign(process.env, { KUBEBUILDER_ASSETS: broken, TMPDIR: inside });
    try {
      const failure = await startCluster().then(
        () => 'started',
        (error: unknown) => String(error),
      );
      expect(failure).to.contain('kube-apiserver ended with 1').and.contain('no luck');
      expect(await readdir(inside)).to.be.empty;
      expect(await processesOf(inside)).to.be.empty;
    } finally {
      // An empty value counts as none.
      Object.assign(process.env, { KUBEBUILDER_ASSETS: assets, TMPDIR: temporary });
    }
  });

  for (const signal of ['SIGINT', 'SIGTERM', 'SIGKILL'] as const) {
    it(`is nothing after ${signal} to the process that started it`, async () => {
      const parent = await startProcess({
        command: process.execPath,
        args: [join(import.meta.dirname, 'fixtures', 'orphan.ts')],
        env: { HOME: process.env['HOME'] ?? '' },
        ready: /"folder"/,
        log: join(logs.path, 'orphan.log'),
      });
      const { folder } = (await parent.record(() => true)) as { folder: string };
      expect(await processesOf(folder)).to.not.be.empty;
      parent.signal(signal);
      expect((await parent.exited).signal).to.equal(signal);
      await expectNothingLeft(folder);
    });
  }
});

describe('a cluster with controllers', () => {
  let cluster: Cluster;

  before(async function () {
    await needTools(this, 'etcd', 'kube-apiserver', 'kubectl', 'kube-controller-manager');
    cluster = await startCluster({ controllers: true });
  });

  after(async () => {
    await (cluster as Cluster | undefined)?.stop();
  });

  it('makes the Pods of a Deployment', async () => {
    await cluster.kubectl(['create', 'deployment', 'web', '--image=web', '--replicas=2']);
    await eventually('two Pods', async () => {
      const { stdout } = await cluster.kubectl(['get', 'pods', '-o', 'name']);
      return stdout.trim().split('\n').length === 2;
    });
  });
});
