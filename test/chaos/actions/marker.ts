/** What a webhook's `meta` says, which Omneo keeps as it is. */
import { isRecord } from '../../../sandbox/http.ts';

/** The key of the webhook that bears it; `undefined` as a text if it says none. */
export function markerOf(meta: unknown): string {
  return String(metaText(meta, 'marker'));
}

/** A text in it. */
export function metaText(meta: unknown, name: string): string | undefined {
  const value = isRecord(meta) ? meta[name] : undefined;
  return typeof value === 'string' ? value : undefined;
}
