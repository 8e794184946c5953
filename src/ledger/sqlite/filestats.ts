import { stat, statfs } from 'node:fs/promises';
import { dirname } from 'node:path';
import type { LedgerStats } from '../ledgerstats.ts';

/**
 * What the database at `path` takes, and what its disk has left. `date` is now, in milliseconds since the epoch. By names
 * alone: a file that is opened and closed here would take SQLite's locks on it away.
 *
 * In WAL mode only a checkpoint writes to the file of the database itself (https://www.sqlite.org/wal.html), so its
 * modification time is that of the last checkpoint that moved anything.
 */
export async function readFileStats(path: string, date: number): Promise<LedgerStats> {
  // One after another: on a disk that hangs each of them keeps one of Node's few threads.
  const { size, mtimeMs } = await stat(path);
  const walSize = await sizeOf(`${path}-wal`);
  const { bavail, blocks, bsize } = await statfs(dirname(path));
  return {
    sizeBytes: size + walSize,
    disk: { freeBytes: bavail * bsize, sizeBytes: blocks * bsize },
    checkpointAgeSeconds: Math.max(0, date - mtimeMs) / 1000,
  };
}

/** 0 for a file that is not there. */
async function sizeOf(path: string): Promise<number> {
  try {
    return (await stat(path)).size;
  } catch (error) {
    if (error instanceof Error && 'code' in error && error.code === 'ENOENT') return 0;
    throw error;
  }
}
