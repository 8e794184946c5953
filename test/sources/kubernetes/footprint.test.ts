import { execFile } from 'node:child_process';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { expect } from 'chai';

const run = promisify(execFile);

describe('what a replica keeps', () => {
  it('of a tenant with two Secrets and its status is about fifty-five objects', async () => {
    const { stdout } = await run(process.execPath, [join(import.meta.dirname, 'footprint.ts')]);
    const { objects, bytes } = JSON.parse(stdout) as { objects: number; bytes: number };
    console.log(`        ${objects.toFixed(1)} objects, strings and arrays, ${bytes.toFixed(0)} bytes`);
    // Fewer than the tenant itself and its places in the stores have would mean that something was not kept at all.
    expect(objects).to.be.within(40, 59);
  }).timeout(30_000);
});
