import { deflateRawSync, inflateRawSync } from 'node:zlib';
import type { Manifest } from './manifests.ts';

/**
 * The manifests of a file as they are kept from one pass to the next. They are needed again only when something in the
 * folder changes, and there may be thousands: deflated, and one character a byte, a tenant with its Secret takes about as
 * much as two keys.
 */
export class PackedManifests {
  readonly #text: string;

  constructor(manifests: readonly Manifest[]) {
    const json = JSON.stringify(manifests.map(plain));
    this.#text = deflateRawSync(json).toString('latin1');
  }

  /** They are other objects each time. */
  unpack(): readonly Manifest[] {
    const json = inflateRawSync(Buffer.from(this.#text, 'latin1')).toString('utf8');
    return (JSON.parse(json) as readonly Plain[]).map(manifestOf);
  }
}

type Unmapped<M> = M extends { data: unknown }
  ? Omit<M, 'data'> & Readonly<{ data: readonly (readonly [key: string, value: string])[] }>
  : M;

/** A manifest as JSON has it, which knows no Map. */
type Plain = Unmapped<Manifest>;

function plain(manifest: Manifest): Plain {
  return manifest.kind === 'Secret' ? { ...manifest, data: [...manifest.data] } : manifest;
}

function manifestOf(object: Plain): Manifest {
  return object.kind === 'Secret' ? { ...object, data: new Map(object.data) } : object;
}
