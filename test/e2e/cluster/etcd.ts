/** An etcd that keeps nothing for longer than a test. */
import { join } from 'node:path';
import { startProcess, type RunningProcess } from '../process.ts';
import { tool } from '../tools/tool.ts';

/** Starts etcd on a client port of the loopback interface, with its data in the given folder. */
export async function startEtcd(port: number, folder: string): Promise<RunningProcess> {
  return startProcess({
    command: await tool('etcd'),
    args: [
      `--data-dir=${join(folder, 'etcd')}`,
      `--listen-client-urls=http://127.0.0.1:${port}`,
      `--advertise-client-urls=http://127.0.0.1:${port}`,
      // One member has no peers, so that any port will do.
      '--listen-peer-urls=http://127.0.0.1:0',
      // The disk is not what is tested, and waiting for it makes every write slow.
      '--unsafe-no-fsync',
      // As kubeadm and others start it. With etcd's ten minutes, a watch of what does not change gets no bookmark.
      '--watch-progress-notify-interval=5s',
    ],
    ready: /ready to serve client requests/,
    log: join(folder, 'etcd.log'),
  });
}
