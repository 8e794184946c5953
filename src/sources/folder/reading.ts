import { createHash } from 'node:crypto';
import { join } from 'node:path';
import { readIfStill, type Listing } from './files.ts';
import type { Fault, Parsed } from './manifests.ts';
import { PackedManifests } from './packedmanifests.ts';

/** A file as it was last read, and what of it is served: the same, or its last good version, if there was one. */
export type File = Readonly<{ stamp: string; digest: string; latest: Latest; served?: PackedManifests }>;

type Latest = Readonly<{ packed: PackedManifests } | { fault: Fault }>;

type Changes = Readonly<{
  dir: string;
  known: ReadonlyMap<string, File>;
  first: Listing;
  second: Listing;
  parse: (text: string) => Parsed;
}>;

/**
 * The folder's files as two listings agree on them. Where they do not, or a file changes while it is read, it stays
 * as it was known and `isSettled` is false.
 */
export async function readChanges({
  dir,
  known,
  first,
  second,
  parse,
}: Changes): Promise<Readonly<{ files: ReadonlyMap<string, File>; isSettled: boolean }>> {
  const files = new Map<string, File>();
  let isSettled = true;
  for (const [path, stamp] of second.files) {
    const before = known.get(path);
    if (before?.stamp === stamp) {
      files.set(path, before);
      continue;
    }
    const isAgreed = first.files.get(path) === stamp;
    const found = isAgreed ? await readIfStill(join(dir, path), stamp) : undefined;
    if (!found) isSettled = false;
    files.set(path, found ? fileOf(found, stamp, before, parse) : (before ?? unfinished));
  }
  for (const [path, before] of known) {
    if (second.files.has(path) || !first.files.has(path)) continue;
    isSettled = false; // gone for a moment only, perhaps: an editor that replaces it
    files.set(path, before);
  }
  return { files, isSettled };
}

type Found = Readonly<{ bytes: Buffer } | { code: string }>;

function fileOf(found: Found, stamp: string, before: File | undefined, parse: Changes['parse']): File {
  const digest = 'code' in found ? found.code : createHash('sha256').update(found.bytes).digest('hex');
  const latest = before?.digest === digest ? before.latest : packed(parseFound(found, parse));
  return { stamp, digest, latest, ...(before?.served && { served: before.served }) };
}

function parseFound(found: Found, parse: Changes['parse']): Parsed {
  if ('code' in found) return faulty(`cannot be read (${found.code})`);
  if (found.bytes.length === 0) return faulty('is empty, and so taken as not finished; fill or delete it');
  try {
    return parse(new TextDecoder('utf-8', { fatal: true }).decode(found.bytes));
  } catch (error) {
    // Not UTF-8, or nested too deeply: one file's trouble must not stop the others.
    return faulty(
      `is not a text that can be parsed (${error instanceof Error ? error.name : 'unknown error'})`,
    );
  }
}

function packed(parsed: Parsed): Latest {
  return 'fault' in parsed ? parsed : { packed: new PackedManifests(parsed.manifests) };
}

function faulty(message: string): Readonly<{ fault: Fault }> {
  return { fault: { line: 1, message } };
}

/** Stands for a file that has not kept still long enough to be read once. */
const unfinished: File = { stamp: '', digest: '', latest: faulty('is still being written') };
