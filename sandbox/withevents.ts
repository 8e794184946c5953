import { sampleKlaviyoKey } from './sample.ts';

/** The manifest of a tenant of examples/, with its Klaviyo told how webhooks end. */
export function withEvents(manifest: string, name: string): string {
  return manifest
    .replace('\n  klaviyo:\n', `$&    events: { secretRef: { name: ${name}-klaviyo } }\n`)
    .replace('\n  webhook-secret:', `\n  api-key: ${sampleKlaviyoKey}$&`);
}
