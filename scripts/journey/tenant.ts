import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { setTimeout as wait } from 'node:timers/promises';
import { parseAllDocuments } from 'yaml';
import { FakeApi, type Fault, type Fields, send } from '../../test/sources/kubernetes/fakeapi.ts';
import { exampleText } from './example.ts';
import { startGateway } from './gateway.ts';
import type { Journey } from './recorder.ts';

const namespace = 'loyalty';
const key = `${namespace}/acme`;
const giveUpMs = 30_000;

/**
 * Records one change to the spec of an OmneoTenant, from the watch event to the registry and the status. A change
 * before it has warmed the gateway up.
 */
export async function tenantJourney(folder: string): Promise<Journey> {
  const api = await new FakeApi().start();
  try {
    api.faults = [statusWithoutEcho(api)];
    await populate(api);
    const settings = { KUBECONFIG: await kubeconfig(api, folder), ALLOW_INSECURE_UPSTREAM: 'true' };
    const gateway = await startGateway(settings);
    try {
      await shown(api);
      await change(api, '30d');
      return await gateway.record(() => change(api, '60d'));
    } finally {
      await gateway.stop();
    }
  } finally {
    await api.stop();
  }
}

/** Stores a status and sends no watch event for it: whether the event or the answer arrives first is chance. */
function statusWithoutEcho(api: FakeApi): Fault {
  return ({ isStatus, body }, response) => {
    if (!isStatus) return false;
    const fields = { ...api.get('omneotenants', key), status: body['status'] };
    send(response, 200, api.put('omneotenants', key, fields, { silent: true }));
    return true;
  };
}

async function populate(api: FakeApi): Promise<void> {
  for (const document of parseAllDocuments(await exampleText('http://127.0.0.1:9'))) {
    const { kind, metadata, stringData, ...fields } = document.toJS() as {
      kind: string;
      metadata: { name: string };
      stringData?: Record<string, string>;
    };
    const plural = kind === 'Secret' ? 'secrets' : 'omneotenants';
    api.put(plural, `${namespace}/${metadata.name}`, {
      ...fields,
      kind,
      ...(stringData && dataOf(stringData)),
    });
  }
}

function dataOf(strings: Record<string, string>): Fields {
  const encoded = Object.entries(strings).map(([name, value]) => [
    name,
    Buffer.from(value).toString('base64'),
  ]);
  return { type: 'Opaque', data: Object.fromEntries(encoded) as Record<string, string> };
}

async function kubeconfig(api: FakeApi, folder: string): Promise<string> {
  const path = join(folder, 'kubeconfig');
  const config = {
    clusters: [{ name: 'fake', cluster: { server: api.url, 'insecure-skip-tls-verify': true } }],
    users: [{ name: 'gateway', user: { token: 'journey' } }],
    contexts: [{ name: 'fake', context: { cluster: 'fake', user: 'gateway', namespace } }],
    'current-context': 'fake',
  };
  await writeFile(path, JSON.stringify(config));
  return path;
}

async function change(api: FakeApi, expiresAfter: string): Promise<void> {
  const old = api.get('omneotenants', key);
  const spec = { ...(old?.['spec'] as Fields), rewards: { expiresAfter } };
  api.put('omneotenants', key, { ...old, spec });
  await shown(api);
}

/** Resolves when the status is of the present spec. */
async function shown(api: FakeApi): Promise<void> {
  const until = performance.now() + giveUpMs;
  while (performance.now() < until) {
    const tenant = api.get('omneotenants', key);
    const status = tenant?.['status'] as Fields | undefined;
    if (status?.['observedGeneration'] === tenant?.metadata.generation) return;
    await wait(5);
  }
  throw new Error('the gateway wrote no status');
}
