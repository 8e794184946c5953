import { expect } from 'chai';
import { errorEvent, refusal, startApiProxy, watchEvent, type ApiProxy } from './apiproxy.ts';
import { startCluster, type Cluster } from './cluster.ts';
import { apiClient, type ApiClient } from './fixtures/apiclient.ts';
import { needTools } from './needs.ts';
import { run } from './run.ts';
import { eventually, within } from './time.ts';
import { tool } from './tools/tool.ts';

const configMaps = '/api/v1/namespaces/default/configmaps';

describe('the API proxy', () => {
  let cluster: Cluster;
  let proxy: ApiProxy;
  let client: ApiClient;
  let created = 0;

  before(async function () {
    await needTools(this, 'etcd', 'kube-apiserver', 'kubectl');
    cluster = await startCluster();
  });

  after(async () => {
    await (cluster as Cluster | undefined)?.stop();
  });

  beforeEach(async () => {
    proxy = await startApiProxy(cluster);
    client = await apiClient(await proxy.kubeconfig(cluster.adminKubeconfig));
  });

  afterEach(async () => {
    await (proxy as ApiProxy | undefined)?.close();
  });

  async function createConfigMap(): Promise<string> {
    const name = `map-${++created}`;
    const { code, stderr } = await cluster.kubectl(['create', 'configmap', name]);
    expect(code, stderr).to.equal(0);
    return name;
  }

  async function watchFromNow() {
    const { body } = await client.get(`${configMaps}?limit=1`);
    const { metadata } = JSON.parse(body) as { metadata: { resourceVersion: string } };
    return client.watch(`${configMaps}?watch=true&resourceVersion=${metadata.resourceVersion}`);
  }

  it('forwards a kubectl as the same user, and counts what it asks', async () => {
    await cluster.kubectl(['create', 'serviceaccount', 'somebody']);
    const own = await cluster.serviceAccountKubeconfig('default', 'somebody');
    const kubeconfig = await proxy.kubeconfig(own);
    const asSomebody = async (...args: string[]) =>
      run(await tool('kubectl'), [`--kubeconfig=${kubeconfig}`, ...args], { env: { HOME: cluster.folder } });

    const { stdout } = await asSomebody('auth', 'whoami', '-o', 'jsonpath={.status.userInfo.username}');
    expect(stdout).to.equal('system:serviceaccount:default:somebody');
    expect((await asSomebody('get', 'secrets')).stderr).to.contain('Forbidden');
    expect(proxy.count('create', 'selfsubjectreviews')).to.equal(1);
    expect(proxy.count('list', 'secrets')).to.equal(1);
    expect(proxy.count('watch', 'secrets')).to.equal(0);
  });

  it('forwards a watch line by line', async () => {
    const watch = await watchFromNow();
    const name = await createConfigMap();
    await eventually('one event', () => watch.lines.length === 1);
    expect(JSON.parse(watch.lines[0] ?? '')).to.nested.include({
      type: 'ADDED',
      'object.metadata.name': name,
    });
    expect(proxy.count('watch', 'configmaps')).to.equal(1);
    expect(proxy.openWatches('configmaps')).to.equal(1);
    watch.stop();
    await eventually('the watch is closed', () => proxy.openWatches('configmaps') === 0);
  });

  it('answers a request itself', async () => {
    proxy.use({ onRequest: ({ verb }) => (verb === 'list' ? refusal(410, 'Expired') : 'forward') });
    const { status, body } = await client.get(configMaps);
    expect(status).to.equal(410);
    expect(JSON.parse(body)).to.include({ kind: 'Status', reason: 'Expired', code: 410 });
    expect((await client.get('/version')).status).to.equal(200);
  });

  it('resets a request', async () => {
    proxy.use({ onRequest: () => 'reset' });
    const code = await client.get(configMaps).then(
      () => 'answered',
      (error: unknown) => (error as NodeJS.ErrnoException).code,
    );
    expect(code).to.equal('ECONNRESET');
  });

  it('lets a request hang', async () => {
    proxy.use({ onRequest: () => 'hang' });
    const asked = client.get(configMaps).then(
      () => 'answered',
      () => 'broken off',
    );
    const patience = await within(300, 'the answer', asked).catch((error: unknown) => String(error));
    expect(patience).to.contain('took longer');
    await proxy.close();
    expect(await asked).to.equal('broken off');
    proxy = await startApiProxy(cluster);
  });

  it('drops, changes and adds lines of a watch', async () => {
    const lines = [null, '{"changed":true}', ['{"type":"WEIRD"}', watchEvent('ADDED', null)]];
    proxy.use({ onWatchLine: () => lines.shift() ?? null });
    const watch = await watchFromNow();
    for (let made = 0; made < 4; made++) await createConfigMap();
    const expected = ['{"changed":true}', '{"type":"WEIRD"}', '{"type":"ADDED","object":null}'];
    await eventually('three lines', () => watch.lines.length === 3);
    expect(watch.lines).to.deep.equal(expected);
  });

  it('sends an ERROR event of its own', async () => {
    const watch = await watchFromNow();
    proxy.send('configmaps', [errorEvent(410, 'Expired'), 'end']);
    expect(await watch.ended).to.equal('end');
    expect(JSON.parse(watch.lines[0] ?? '')).to.nested.include({ type: 'ERROR', 'object.code': 410 });
  });

  it('ends a watch in the middle of an object', async () => {
    const watch = await watchFromNow();
    proxy.send('configmaps', [{ raw: '{"type":"ADDED","obj' }, 'end']);
    expect(await watch.ended).to.equal('end');
    expect(watch.lines).to.be.empty;
    expect(watch.rest()).to.equal('{"type":"ADDED","obj');
  });

  it('cuts a watch', async () => {
    proxy.use({ onWatchLine: () => 'cut' });
    const watch = await watchFromNow();
    await createConfigMap();
    expect(await watch.ended).to.equal('ECONNRESET');
    expect(watch.lines).to.be.empty;
  });

  it('reports a hook that failed when it is closed', async () => {
    proxy.use({
      onRequest: () => {
        throw new Error('wrong hook');
      },
    });
    await client.get(configMaps).catch(() => 'broken off');
    const failure = await proxy.close().catch((error: unknown) => error);
    expect(failure).to.be.instanceOf(AggregateError);
    proxy = await startApiProxy(cluster);
  });
});
