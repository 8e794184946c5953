/** The tenants that the contract of the actions is held for, all of them of one Omneo. */
import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { actionNames } from '../../../src/tenants/actionnames.ts';
import type { ActionName } from '../../support/asked.ts';
import { secret, secretOf, tenantWithSecrets, type Manifest } from '../gateway.ts';

/** The value of x-omneo-secret with which the tenant `all` only rehearses. */
export const rehearsalSecret = 'a-secret-of-the-tests-that-only-rehearses';

/** A zone in which it is noon, so that no day ends in the middle of a run. */
const noon = 12 - new Date().getUTCHours();
const timezone = noon === 0 ? 'Etc/GMT' : `Etc/GMT${noon > 0 ? '-' : '+'}${Math.abs(noon)}`;

/** The action after this one in the list of all: another one. */
export function anotherThan(action: ActionName): ActionName {
  const next = actionNames[(actionNames.indexOf(action) + 1) % actionNames.length];
  if (next === undefined) throw new Error('there are no actions');
  return next;
}

/** Writes them all into a folder from which a gateway serves them. */
export async function writeTenants(folder: string, baseURL: string): Promise<void> {
  for (const [name, spec] of Object.entries(specs()))
    await writeTenant(folder, name, tenantWithSecrets(name, { baseURL, spec }));
}

async function writeTenant(folder: string, name: string, manifests: readonly Manifest[]): Promise<void> {
  const rehearsal = secret('rehearsal', { 'webhook-secret': rehearsalSecret });
  const all = name === 'all' ? [rehearsal, ...manifests] : manifests;
  await writeFile(join(folder, `${name}.yaml`), all.map((each) => JSON.stringify(each)).join('\n---\n'));
}

/** Of each tenant what is special about it. */
function specs(): Readonly<Record<string, Readonly<Record<string, unknown>>>> {
  return {
    all: { klaviyo: { ...klaviyoOf('all'), rehearsalSecretRefs: [{ name: 'rehearsal' }] } },
    // Each learns a pace of its own, and of its own credentials.
    throttled: { klaviyo: klaviyoOf('throttled') },
    refused: { klaviyo: klaviyoOf('refused') },
    waits: { klaviyo: klaviyoOf('waits'), delivery: { profileNotFound: 'Wait' } },
    suspended: { klaviyo: klaviyoOf('suspended'), suspend: true },
    limited: { klaviyo: klaviyoOf('limited'), limits: { maxAmount: 5, rewardDefinitions: [7] } },
    ...Object.fromEntries(actionNames.flatMap(specsFor)),
  };
}

/** Of the tenants that are special for one action. */
function specsFor(action: ActionName): readonly (readonly [name: string, spec: object])[] {
  const { secretRefs } = klaviyoOf(`scoped-${action}`, { actions: [action] });
  const limits = { perDay: { rewards: 1 } };
  return [
    [`scoped-${action}`, { klaviyo: { secretRefs, actions: actionNames } }],
    [`only-${action}`, { klaviyo: { ...klaviyoOf(`only-${action}`), actions: [action] } }],
    [`spent-${action}`, { klaviyo: klaviyoOf(`spent-${action}`), limits, rewards: { timezone } }],
  ];
}

function klaviyoOf(name: string, scope: object = {}) {
  return { secretRefs: [{ name: `${name}-klaviyo`, ...scope }], actions: actionNames };
}

export { secretOf };
