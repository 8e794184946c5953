/** The connections of this machine, as its kernel lists them. */
import { readFile } from 'node:fs/promises';

/** How many sockets on this machine are connected to a port of it over IPv4, half-closed ones included. */
export async function socketsTo(port: number): Promise<number> {
  const [, ...rows] = (await readFile('/proc/net/tcp', 'utf8')).trim().split('\n');
  const remotePorts = rows.flatMap((row) => {
    const fields = row.trim().split(/\s+/);
    const [remote = '', inode] = [fields[2], fields[9]];
    // Without an inode no process holds it any more.
    return inode === '0' ? [] : [Number.parseInt(remote.split(':')[1] ?? '', 16)];
  });
  return remotePorts.filter((remote) => remote === port).length;
}

/** The port in a URL. */
export function portOf(url: string): number {
  return Number(new URL(url).port);
}
