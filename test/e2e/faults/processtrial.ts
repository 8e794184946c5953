/** A trial of the real process. */
import { expect } from 'chai';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { startApiProxy, type ApiProxy } from '../apiproxy.ts';
import { secretOf, startReadyGateway, untilAnswered, type Gateway } from '../gateway.ts';
import type { JsonObject } from '../output.ts';
import { eventually } from '../time.ts';
import { kept } from './population.ts';
import { portOf, socketsTo } from './sockets.ts';
import type { Stage } from './stage.ts';
import { renewToken, useTokenFile } from './tokenfile.ts';
import type { Held, Trial } from './trial.ts';

export type ProcessTrial = Trial & {
  readonly gateway: Gateway;
  /** Gives the gateway the token of another kubeconfig. */
  renewToken(from: string): Promise<void>;
};

const preloads = ['censusreport.ts', 'impatience.ts'].map((file) =>
  pathToFileURL(join(import.meta.dirname, file)),
);

/** Starts a gateway that serves the tenants of a cluster through a proxy. */
export async function startProcessTrial(stage: Stage): Promise<ProcessTrial> {
  const proxy = await startApiProxy(stage.cluster);
  try {
    const kubeconfig = await proxy.kubeconfig(stage.kubeconfig);
    await useTokenFile(kubeconfig);
    const gateway = await startServing(stage, kubeconfig);
    return {
      ...{ stage, proxy, gateway, before: {}, idle: 0 },
      // The next look at what is used of the budgets.
      otherTimers: 1,
      held: async () => ({ ...(await counted(gateway)), sockets: await socketsTo(portOf(proxy.url)) }),
      until: async (what, isTrue) => {
        await eventually(what, isTrue, { timeoutMs: 30_000 });
      },
      renewToken: (from) => renewToken(kubeconfig, from),
      stop: () => stop(gateway, proxy),
    };
  } catch (error) {
    await proxy.close();
    throw error;
  }
}

async function stop(gateway: Gateway, proxy: ApiProxy): Promise<void> {
  const { code } = await gateway.stop();
  await proxy.close();
  expect(code, 'exit code of the gateway').to.equal(0);
}

/** A gateway that counts what it holds and does not wait for long; it has answered a webhook, and has the Lease. */
async function startServing({ cluster }: Stage, kubeconfig: string): Promise<Gateway> {
  const env = {
    NODE_OPTIONS: preloads.map(({ href }) => `--import=${href}`).join(' '),
    LOG_LEVEL: 'debug',
    // What is deleted has to show at once: that is how a trial sees what the gateway knows.
    DELETED_TENANT_GRACE_MS: '0',
  };
  const gateway = await startReadyGateway({ kubeconfig, folder: cluster.folder, env });
  const leads = async (): Promise<boolean> => /^omneo_gateway_leader 1$/m.test(await gateway.metrics());
  try {
    await untilAnswered(gateway, kept, { secret: secretOf(kept) });
    await eventually('the gateway leads', leads, { timeoutMs: 20_000 });
  } catch (error) {
    await gateway.stop();
    throw error;
  }
  return gateway;
}

async function counted({ process: running }: Gateway): Promise<Omit<Held, 'sockets'>> {
  const isCensus = ({ msg }: JsonObject): boolean => msg === 'census';
  const number = running.records.filter(isCensus).length + 1;
  running.signal('SIGUSR2');
  const record = await running.record((said) => isCensus(said) && said['number'] === number);
  return { timers: Number(record['timers']), listeners: Number(record['listeners']) };
}
