/** The gateway in the test's own process: its servers by the real clock, its control plane by one that tests set. */
import { systemClock } from '../../../src/lib/clock.ts';
import { readConfig, tenantPolicy } from '../../../src/config/config.ts';
import type { LeaderTimes } from '../../../src/sources/kubernetes/election/leader.ts';
import { KubeSource } from '../../../src/sources/kubernetes/kubesource.ts';
import { MemoryLedger } from '../../../src/ledger/memory/memory.ts';
import { createMetrics } from '../../../src/telemetry/metrics.ts';
import { Service } from '../../../src/service.ts';
import { Registry } from '../../../src/tenants/registry.ts';
import { tenantCheck } from '../../../src/tenants/schema/tenantcheck.ts';
import type { FakeClock } from '../../sources/kubernetes/fakeclock.ts';
import { keptLog, type Line } from '../../sources/kubernetes/harness.ts';
import { callsTo, home, type Calls } from '../gateway.ts';

export type Here = {
  readonly gateway: Calls;
  /** What was logged so far. */
  readonly lines: readonly Line[];
  stop(): Promise<void>;
};

export type HereOptions = {
  readonly kubeconfig: string;
  readonly clock: FakeClock;
  /** Default: as in the field. */
  readonly leaderTimes?: LeaderTimes;
  /** Called for every OmneoTenant that the control plane handles; may throw. */
  readonly handling: (tenant: unknown) => void;
};

/** Puts a gateway together as main does; resolves when it listens. */
export async function startHere(options: HereOptions): Promise<Here> {
  const config = readConfig({
    PORT: '0',
    ADMIN_PORT: '0',
    CONSOLE_PORT: '0',
    ALLOW_INSECURE_UPSTREAM: 'true',
  });
  const registry = new Registry();
  const metrics = createMetrics(registry, '0.0.0');
  const parts = { config, registry, metrics, random: Math.random, log: keptLog() };
  const source = new KubeSource({
    ...config,
    ...parts,
    ...options,
    policy: tenantPolicy(config),
    schema: checkAfter(options.handling),
    podName: 'here',
    podNamespace: home,
    observe: metrics.control,
  });
  const service = new Service({ ...parts, source, ledger: createLedger(), clock: systemClock });
  const { port, adminPort } = await service.start();
  const gateway = callsTo(`http://127.0.0.1:${port}`, `http://127.0.0.1:${adminPort}`);
  return {
    gateway,
    lines: parts.log.lines,
    async stop() {
      await service.stop();
      await gateway.forget();
    },
  };
}

function checkAfter(handling: (tenant: unknown) => void) {
  const check = tenantCheck();
  return (document: unknown) => {
    handling(document);
    return check(document);
  };
}

function createLedger(): MemoryLedger {
  const times = { leaseMs: 35_000, settleWindowMs: 120_000, retentionMs: 3_600_000 };
  return new MemoryLedger({ clock: systemClock, times, maxEntries: 10_000 });
}
