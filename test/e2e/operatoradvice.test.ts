import { expect } from 'chai';
import { homeRules, watchRules } from '../../src/sources/kubernetes/api/rules.ts';
import { startCluster, type Cluster } from './cluster.ts';
import { home, startGateway, type Gateway } from './gateway.ts';
import { needTools } from './needs.ts';
import { grant, installCrd } from './rbacgrant.ts';
import { eventually } from './time.ts';

describe('a gateway whose cluster is not as it has to be', () => {
  let cluster: Cluster;
  let kubeconfig: string;
  const gateways: Gateway[] = [];

  before(async function () {
    await needTools(this, 'etcd', 'kube-apiserver', 'kubectl');
    cluster = await startCluster();
    const rules = { watch: watchRules, home: homeRules() };
    ({ kubeconfig } = await grant(cluster, { account: 'gateway', namespace: home, ...rules }));
  });

  after(async () => {
    await Promise.all(gateways.map((gateway) => gateway.stop()));
    await (cluster as Cluster | undefined)?.stop();
  });

  async function start(env: Record<string, string> = {}): Promise<Gateway> {
    const gateway = await startGateway({ kubeconfig, folder: cluster.folder, env });
    gateways.push(gateway);
    return gateway;
  }

  /** But that of a ledger in memory, which is no matter of the cluster. */
  const warnings = ({ process }: Gateway): string[] =>
    process.lines.filter((line) => line.includes('"level":"warn"') && !line.includes('LEDGER_URL'));

  const warned = (gateway: Gateway, text: string): Promise<boolean> =>
    eventually(`a warning: ${text}`, () =>
      Promise.resolve(warnings(gateway).some((line) => line.includes(text))),
    );

  it('says how to install the CRD, and is ready once it is', async () => {
    const gateway = await start();
    await warned(gateway, 'the cluster does not know OmneoTenants; kubectl apply --server-side -f crds/');
    expect(warnings(gateway)).to.have.length(1);
    await installCrd(cluster);
    await eventually('it is ready', () => gateway.isReady(), { timeoutMs: 30_000 });
  });

  it('names the variable whose label selector is none', async () => {
    const gateway = await start({ SECRET_LABEL_SELECTOR: 'omneo.io/watch=(' });
    await warned(gateway, 'the API server does not take SECRET_LABEL_SELECTOR for a label selector');
    expect(warnings(gateway)).to.have.length(1);
    expect(await gateway.isReady()).to.equal(false);
  });

  it('names the namespace that there is none of for the Lease', async () => {
    const { kubeconfig: elsewhere } = await grant(cluster, {
      account: 'elsewhere',
      namespace: home,
      watch: [...watchRules, ...homeRules()],
      home: [],
    });
    const env = { POD_NAMESPACE: 'nowhere', KUBECONFIG: elsewhere };
    const gateway = await start(env);
    await warned(gateway, 'there is no namespace nowhere for the Lease; create it, or correct POD_NAMESPACE');
  });
});
