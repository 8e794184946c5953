import { fieldsOf, stringOf, stringsOf } from '../api/object.ts';

/** A `coordination.k8s.io/v1` Lease, as far as electing a leader needs it. */
export type Lease = Readonly<{
  resourceVersion: string;
  /** Empty: nobody. */
  holder: string;
  durationMs: number;
  acquireTime: string;
  renewTime: string;
  transitions: number;
  annotations: Readonly<Record<string, string>>;
}>;

type Name = Readonly<{ namespace: string; name: string }>;

export function leaseOf(value: unknown): Lease {
  const { metadata, spec } = fieldsOf(value);
  const { resourceVersion, annotations } = fieldsOf(metadata);
  const { holderIdentity, leaseDurationSeconds, acquireTime, renewTime, leaseTransitions } = fieldsOf(spec);
  return Object.freeze({
    resourceVersion: stringOf(resourceVersion),
    holder: stringOf(holderIdentity),
    durationMs: typeof leaseDurationSeconds === 'number' ? leaseDurationSeconds * 1000 : 0,
    acquireTime: stringOf(acquireTime),
    renewTime: stringOf(renewTime),
    transitions: typeof leaseTransitions === 'number' ? leaseTransitions : 0,
    annotations: stringsOf(annotations),
  });
}

/** The body that writes this lease; with its version, so that nobody's newer one is overwritten. */
export function leaseBody({ namespace, name }: Name, lease: Lease): unknown {
  const { resourceVersion, annotations, holder, durationMs, acquireTime, renewTime, transitions } = lease;
  return {
    apiVersion: 'coordination.k8s.io/v1',
    kind: 'Lease',
    metadata: { namespace, name, annotations, ...(resourceVersion === '' ? {} : { resourceVersion }) },
    spec: {
      holderIdentity: holder,
      leaseDurationSeconds: Math.max(1, Math.round(durationMs / 1000)),
      ...(acquireTime === '' ? {} : { acquireTime }),
      ...(renewTime === '' ? {} : { renewTime }),
      leaseTransitions: transitions,
    },
  };
}

/** Changes whenever somebody writes to the lease as its holder; by it others see that the holder is alive. */
export function heartbeat({ holder, renewTime, transitions }: Lease): string {
  return JSON.stringify([holder, renewTime, transitions]);
}

/** This lease in the hands of `holder`, renewed at `now`. */
export function held(
  lease: Lease | undefined,
  holder: string,
  { now, durationMs }: { now: number; durationMs: number },
): Lease {
  const isSame = lease?.holder === holder;
  const transitions = lease?.transitions ?? 0;
  return Object.freeze({
    resourceVersion: lease?.resourceVersion ?? '',
    annotations: lease?.annotations ?? {},
    holder,
    durationMs,
    acquireTime: isSame ? lease.acquireTime : microTime(now),
    renewTime: microTime(now),
    transitions: lease === undefined || isSame ? transitions : transitions + 1,
  });
}

/** This lease let go: the next one may take it at once. */
export function released(lease: Lease, now: number): Lease {
  return Object.freeze({ ...lease, holder: '', durationMs: 1000, renewTime: microTime(now) });
}

/** A `MicroTime`: RFC 3339 with six digits, as the API server demands. */
export function microTime(ms: number): string {
  return new Date(ms).toISOString().replace('Z', '000Z');
}
