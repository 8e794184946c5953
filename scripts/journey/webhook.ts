import { startSandbox } from '../../sandbox/omneo.ts';
import { sample } from '../../sandbox/sample.ts';
import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { exampleText } from './example.ts';
import { startGateway } from './gateway.ts';
import type { Journey } from './recorder.ts';

/**
 * Records one webhook that becomes a reward, with tenants from a folder and the ledger in memory. A webhook before it
 * has warmed the gateway up: modules are loaded, the token is there, and Omneo has shown that it finds such an id.
 */
export async function webhookJourney(folder: string): Promise<Journey> {
  const sandbox = await startSandbox({ tenants: sample });
  try {
    await writeFile(join(folder, 'acme.yaml'), await exampleText(sandbox.url));
    const gateway = await startGateway({ TENANTS_DIR: folder, ALLOW_INSECURE_UPSTREAM: 'true' });
    try {
      await send(gateway.port, 'journey-1');
      return await gateway.record(() => send(gateway.port, 'journey-2'));
    } finally {
      await gateway.stop();
    }
  } finally {
    await sandbox.close();
  }
}

async function send(port: number, id: string): Promise<void> {
  const response = await fetch(`http://127.0.0.1:${port}/acme/api/v1/webhooks/klaviyo/rewards`, {
    method: 'POST',
    headers: { 'content-type': 'application/json', 'x-omneo-secret': 'acme-webhook-secret-change-me' },
    body: JSON.stringify({
      id,
      person_id: '01ACMEADA',
      email: 'ada@example.com',
      data: { reward_definition_id: 42, amount: 10, meta: { flow: 'winback' } },
    }),
  });
  const answer = await response.text();
  if (!answer.includes('"status":"created"')) throw new Error(`a webhook got ${response.status}: ${answer}`);
}
