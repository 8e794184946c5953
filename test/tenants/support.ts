import { readFileSync } from 'node:fs';
import { setTimeout as wait } from 'node:timers/promises';
import type { OmneoTenant } from '../../src/tenants/schema/omneotenant.ts';
import type { Registration } from '../../src/tenants/registration.ts';
import type { SecretData, Secrets } from '../../src/tenants/secrets.ts';
import type { TenantPolicy } from '../../src/tenants/resolve.ts';
import { tenantCheck } from '../../src/tenants/schema/tenantcheck.ts';
import type { Resolution, Tenant } from '../../src/tenants/tenant.ts';

export const crdText = readFileSync(
  new URL('../../crds/omneotenants.omneo.io.yaml', import.meta.url),
  'utf8',
);

export const schema = tenantCheck();

export const policy: TenantPolicy = {
  hosts: ['.getomneo.com'],
  allowInsecure: false,
  canAcceptDurably: true,
};

type Spec = OmneoTenant['spec'];
type Parts = Partial<Omit<Spec, 'omneo' | 'klaviyo'>> & {
  omneo?: Partial<Spec['omneo']>;
  klaviyo?: Partial<Spec['klaviyo']>;
};

/** A minimal OmneoTenant `loyalty/acme` with a static token, as it is before defaults are filled in. */
export function omneoTenant(parts: Parts = {}, metadata: Partial<OmneoTenant['metadata']> = {}): OmneoTenant {
  const { omneo, klaviyo, ...rest } = parts;
  return {
    apiVersion: 'omneo.io/v1alpha1',
    kind: 'OmneoTenant',
    metadata: { name: 'acme', namespace: 'loyalty', ...metadata },
    spec: {
      omneo: { credentials: { token: { secretRef: { name: 'acme-omneo' } } }, ...omneo },
      klaviyo: { secretRefs: [{ name: 'acme-klaviyo' }], ...klaviyo },
      ...rest,
    },
  };
}

export const secretValues = {
  token: 'token-0123456789',
  webhook: 'webhook-secret-0123',
  clientSecret: 'client-secret-0123',
  password: 'pass word 0123',
};

/** The Secrets that `omneoTenant` refers to, with `changes` by Secret and key; undefined takes one away. */
export function secretsWith(
  changes: Record<string, Record<string, string | undefined> | undefined> = {},
): Secrets {
  const all: typeof changes = {
    'acme-omneo': {
      token: secretValues.token,
      client_id: 'client',
      client_secret: secretValues.clientSecret,
      username: 'user',
      password: secretValues.password,
    },
    'acme-klaviyo': { 'webhook-secret': secretValues.webhook },
  };
  const merged = new Map<string, SecretData>();
  for (const name of new Set([...Object.keys(all), ...Object.keys(changes)])) {
    if (name in changes && changes[name] === undefined) continue;
    const entries = Object.entries({ ...all[name], ...changes[name] });
    merged.set(name, new Map(entries.flatMap(([key, value]) => (value === undefined ? [] : [[key, value]]))));
  }
  return (name) => merged.get(name);
}

export function tenantIn(resolution: Resolution | undefined): Tenant {
  if (!resolution || !('tenant' in resolution)) throw new Error('This was refused.');
  return resolution.tenant;
}

export function refusalIn(resolution: Resolution | undefined) {
  if (!resolution || !('refusal' in resolution)) throw new Error('This was not refused.');
  return resolution.refusal;
}

export function registration(key: string, slug: string, rest: Partial<Registration> = {}): Registration {
  const refusal = { condition: 'Ready', reason: 'Suspended', message: key } as const;
  return { key, slug, createdAt: 0, resolution: { webhookSecrets: [], refusal }, ...rest };
}

type Line = Readonly<{ level: string; fields: object; message: string }>;

/** A log that keeps its lines. */
export function keptLog() {
  const lines: Line[] = [];
  const at = (level: string) => (fields: object, message: string) =>
    void lines.push({ level, fields, message });
  return { lines, info: at('info'), warn: at('warn'), error: at('error') };
}

/** Resolves once `condition` holds; fails after `deadline` ms, saying what it waited for. */
export async function until(what: string, condition: () => boolean, deadline = 8_000): Promise<void> {
  const end = performance.now() + deadline;
  while (!condition()) {
    if (performance.now() > end) throw new Error(`Waited ${deadline} ms in vain until ${what}.`);
    await wait(5);
  }
}
