import { execFile } from 'node:child_process';
import { promisify } from 'node:util';
import { expect } from 'chai';

/** The addresses of all modules that are loaded with one, in a process of its own. */
async function loadedWith(path: string): Promise<readonly string[]> {
  const script = `
    import { registerHooks } from 'node:module';
    const loaded = [];
    registerHooks({ load: (url, context, next) => (loaded.push(url), next(url, context)) });
    await import(${JSON.stringify(new URL(`../../../src/${path}`, import.meta.url).href)});
    console.log(JSON.stringify(loaded));`;
  const words = ['--input-type=module', '--eval', script];
  const { stdout } = await promisify(execFile)(process.execPath, words, { maxBuffer: 2 ** 24 });
  return JSON.parse(stdout) as string[];
}

const ofTheSDK = /\/@opentelemetry\/(?!api\/)/;
const tracing = /\/src\/telemetry\/tracing\//;

describe('What traces webhooks', () => {
  it('is not loaded with the gateway, but for names and what reads a summary', async () => {
    const loaded = await loadedWith('gateway.ts');
    expect(loaded).to.have.length.above(200);
    expect(loaded.filter((url) => ofTheSDK.test(url))).to.deep.equal([]);
    const files = loaded.filter((url) => tracing.test(url)).map((url) => url.split('/').at(-1));
    expect(files).to.have.members(['tracingconfig.ts', 'origin.ts']);
  }).timeout(60_000);

  it('is loaded when it is asked for', async () => {
    const loaded = await loadedWith('telemetry/tracing/opentelemetry.ts');
    expect(loaded.filter((url) => ofTheSDK.test(url))).to.have.length.above(10);
  }).timeout(60_000);
});
