import type { AuditEvent } from '../../test/e2e/cluster.ts';
import type { Crowd } from './crowd.ts';

/** What gateways asked the API server since then (epoch milliseconds), each request once; a watch counts when it begins. */
export async function readAuditEvents(crowd: Crowd, since: number): Promise<readonly AuditEvent[]> {
  const events = new Map<string, AuditEvent>();
  for (const event of await crowd.auditEvents()) {
    const isOurs = event.userAgent === 'omneo-gateway' && !events.has(event.auditID);
    if (isOurs && Date.parse(event.requestReceivedTimestamp) >= since) events.set(event.auditID, event);
  }
  return [...events.values()];
}
