import type { PaceReading } from '../omneo/pace/pace.ts';
import type { Registry } from '../tenants/registry.ts';
import type { Tenant } from '../tenants/tenant.ts';
import { type Exposition, lineOf } from './exposition.ts';

/** Gives what is known of a tenant's pace. */
export type ReadPace = (tenant: Tenant) => PaceReading;

/** Adds the pace of each tenant that is served; gives what is to be called with what reads it. */
export function addPaceGauges(exposition: Exposition, registry: Registry): (read: ReadPace) => void {
  let readPace: ReadPace | undefined;
  const readings = function* (): Generator<readonly [slug: string, reading: PaceReading]> {
    for (const slug of readPace === undefined ? [] : registry.slugs()) {
      const resolution = registry.get(slug);
      if (readPace !== undefined && resolution !== undefined && 'tenant' in resolution)
        yield [slug, readPace(resolution.tenant)];
    }
  };
  const [rate, paused] = ['omneo_gateway_pace_calls_per_minute', 'omneo_gateway_pace_paused'];
  exposition.add({
    name: rate,
    help: 'Calls to Omneo that this replica makes a minute at most, by tenant and by what sets the limit: spec, header, refusals or none.',
    type: 'gauge',
    *lines() {
      for (const [tenant, { callsPerMinute, learnedFrom }] of readings())
        yield lineOf(rate, { tenant, learned_from: learnedFrom }) + textOf(callsPerMinute);
    },
  });
  exposition.add({
    name: paused,
    help: 'Whether no webhook of the tenant begins now, since Omneo has refused calls: 1 or 0.',
    type: 'gauge',
    *lines() {
      for (const [tenant, { isPaused }] of readings())
        yield lineOf(paused, { tenant }) + (isPaused ? '1' : '0');
    },
  });
  return (read) => {
    readPace = read;
  };
}

function textOf(value: number): string {
  return value === Infinity ? '+Inf' : String(Math.round(value));
}
