/** What every figure is measured with. */
import type { BackfillOptions } from './backfilloptions.ts';
import type { Loader } from './loader.ts';
import type { Row } from './rows.ts';
import type { Upstream } from './upstream.ts';

export type Setting = Readonly<{
  /** Whether only to see that the bench works: then everything is short and small. */
  quick: boolean;
  /** For tenants and logs; gone after the run. */
  folder: string;
  backfill: BackfillOptions;
  /** How many deliveries the console's figures look at. */
  deliveries: number;
  upstream: Upstream;
  loader: Loader;
  /** Prints a line of what is behind the table. */
  say: (line: string) => void;
}>;

/** Measures some figures. */
export type Figure = (setting: Setting) => Promise<readonly Row[]>;
