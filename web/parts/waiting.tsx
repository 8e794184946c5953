import type { ComponentChildren } from 'preact';
import type { Loaded } from '../lib/useload.ts';
import { FaultBox } from './faultbox.tsx';

type LoadedProps<T> = Readonly<{ loaded: Loaded<T>; children: (value: T) => ComponentChildren }>;

/** What was loaded; until then that it is being loaded, and what went wrong if it was not. */
export function WhenLoaded<T>({ loaded: { value, fault }, children }: LoadedProps<T>) {
  if (fault !== undefined) return <FaultBox fault={fault} />;
  if (value === undefined) return <p class="asking">Loading…</p>;
  return <>{children(value)}</>;
}
