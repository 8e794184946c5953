import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { expect } from 'chai';
import { end } from '../../sandbox/child.ts';

const idle = () => spawn(process.execPath, ['-e', 'setInterval(() => {}, 1000)'], { stdio: 'ignore' });

describe("the demo's end of its gateway", () => {
  it('ends a process that runs', async () => {
    const child = idle();
    await end(child);
    expect(child.signalCode).to.equal('SIGTERM');
  });

  it('waits for none that has exited', async () => {
    const child = spawn(process.execPath, ['-e', ''], { stdio: 'ignore' });
    await once(child, 'exit');
    await end(child);
  });

  it('waits for none that a signal has killed', async () => {
    const child = idle();
    child.kill('SIGKILL');
    await once(child, 'exit');
    await end(child);
  });
});
