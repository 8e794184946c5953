import { expect } from 'chai';
import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { temporaryFolder, type TemporaryFolder } from './folder.ts';
import { startProcess, type ProcessOptions, type RunningProcess } from './process.ts';
import { eventually } from './time.ts';

describe('a real process', () => {
  let folder: TemporaryFolder;
  let log: string;

  before(async () => {
    folder = await temporaryFolder('process');
    log = join(folder.path, 'process.log');
  });

  after(async () => {
    await folder.remove();
  });

  async function shell(script: string, options: Partial<ProcessOptions> = {}): Promise<RunningProcess> {
    return startProcess({ command: '/bin/sh', args: ['-c', script], log, ...options });
  }

  it('is ready at a line that matches, and keeps the JSON objects it says', async () => {
    const running = await shell('echo starting; echo \'{"msg":"listening","port":1}\'; sleep 60', {
      ready: /listening/,
    });
    const record = await running.record(({ msg }) => msg === 'listening');
    expect(record['port']).to.equal(1);
    expect(running.lines).to.deep.equal(['starting', '{"msg":"listening","port":1}']);
    await running.stop();
    expect(await readFile(log, 'utf8')).to.contain('starting\n{"msg":"listening"');
  });

  it('gets the environment it is given and PATH, nothing else', async () => {
    const running = await shell('env', { env: { ONE: '1' } });
    await running.exited;
    const names = running.lines.map((line) => line.split('=')[0]);
    expect(names).to.include.members(['ONE', 'PATH']).and.not.include('HOME');
  });

  it('gets signals, and says how it ended', async () => {
    const running = await shell("trap 'exit 7' TERM; echo ready; while :; do sleep 0.05; done", {
      ready: /ready/,
    });
    running.signal('SIGTERM');
    expect(await running.exited).to.deep.equal({ code: 7, signal: null });
  });

  it('is killed with its children if it does not stop', async () => {
    const running = await shell("trap '' TERM; sleep 60 & echo child $!; wait; wait", { ready: /child/ });
    const child = Number(running.lines[0]?.split(' ')[1]);
    expect(await running.stop({ graceMs: 100 })).to.deep.equal({ code: null, signal: 'SIGKILL' });
    await eventually('the child is gone', () => !isAlive(child));
  });

  it('that ends before it is ready says why', async () => {
    const failure = await shell('echo no such port >&2; exit 3', { ready: /never/ }).catch(String);
    expect(failure).to.contain('ended with 3').and.contain('no such port');
  });

  it('that is never ready is ended', async () => {
    const failure = await shell('echo $$; exec sleep 60', { ready: /never/, readyTimeoutMs: 100 }).then(
      () => 'started',
      (error: unknown) => String(error),
    );
    expect(failure).to.contain('took longer than 100 ms');
    expect(isAlive(Number(failure.trim().split('\n').at(-1)))).to.equal(false);
  });
});

function isAlive(pid: number): boolean {
  try {
    return process.kill(pid, 0);
  } catch {
    return false; // ESRCH: there is no such process.
  }
}
