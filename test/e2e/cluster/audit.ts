/** What the API server says that it was asked. */
import { readFile } from 'node:fs/promises';

/** The fields of an audit.k8s.io/v1 Event that tests look at. */
export type AuditEvent = {
  readonly auditID: string;
  readonly stage: 'ResponseStarted' | 'ResponseComplete' | 'Panic';
  readonly verb: string;
  readonly requestURI: string;
  readonly user: { readonly username: string; readonly groups?: readonly string[] };
  readonly userAgent?: string;
  readonly objectRef?: {
    readonly apiGroup?: string;
    readonly resource?: string;
    readonly subresource?: string;
    readonly namespace?: string;
    readonly name?: string;
  };
  readonly responseStatus?: { readonly code: number; readonly reason?: string };
  /** What was written, for the gateway's own resource and for leases only. */
  readonly requestObject?: unknown;
  readonly requestReceivedTimestamp: string;
};

/** Reads the events an audit log holds, oldest first. */
export async function readAuditLog(path: string): Promise<AuditEvent[]> {
  const lines = (await readFile(path, 'utf8')).split('\n');
  // The last piece is empty, or a line that is being written just now.
  return lines.slice(0, -1).map((line) => JSON.parse(line) as AuditEvent);
}
