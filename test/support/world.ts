import { startSandbox, type Sandbox, type SandboxOptions } from '../../sandbox/omneo.ts';
import { sample } from '../../sandbox/sample.ts';
import { startGateway, type Gateway } from './gateway.ts';

export type World = Readonly<{ sandbox: Sandbox; gateway: Gateway; stop: () => Promise<void> }>;

type Options = Readonly<{
  env?: Record<string, string>;
  parts?: Parameters<typeof startGateway>[1];
  sandbox?: SandboxOptions;
}>;

/** A sandbox Omneo with the sample's tenants, and a gateway in front of it that serves them. */
export async function startWorld({
  env = {},
  parts = {},
  sandbox: nature = {},
}: Options = {}): Promise<World> {
  const sandbox = await startSandbox({ tenants: sample, ...nature });
  const gateway = await startGateway(env, parts);
  for (const slug of ['acme', 'bloom']) gateway.tenant(slug, { baseURL: sandbox.baseURL(slug) });
  return {
    sandbox,
    gateway,
    stop: async () => {
      // First, so that nothing that hangs keeps the gateway waiting.
      await sandbox.close();
      await gateway.stop();
    },
  };
}
