import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { text as consume } from 'node:stream/consumers';
import { expect } from 'chai';
import { createLog, errorNames } from '../../src/lib/log.ts';
import { UpstreamError } from '../../src/omneo/client/upstream.ts';

describe('what is logged of an error', () => {
  it('is its name and code and those of its causes, and no message', () => {
    const cause = Object.assign(new TypeError('GET https://user:password@host'), { code: 'ECONNREFUSED' });
    expect(errorNames(new Error('with a token in it', { cause }))).to.equal(
      'Error < TypeError(ECONNREFUSED)',
    );
  });

  it('is the message of an error of ours that is known to hold nothing', () => {
    const cause = Object.assign(new Error('secret'), { code: 'ECONNRESET' });
    const error = new UpstreamError('unavailable', 'the connection to Omneo failed', { cause });
    expect(errorNames(error)).to.equal('the connection to Omneo failed < Error(ECONNRESET)');
  });

  it('is its type when it is no error', () => {
    expect(errorNames('a text with a secret')).to.equal('string');
  });
});

describe('a log line', () => {
  it('is JSON with time, level as a word, the fields and the message', () => {
    const lines: string[] = [];
    const log = createLog('info', { write: (line) => lines.push(line) });
    log.warn({ file: 'acme.yaml' }, 'said');
    log.debug({}, 'not said');
    expect(lines).to.have.length(1);
    const { time, ...rest } = JSON.parse(lines.join('')) as Record<string, unknown>;
    expect(rest).to.deep.equal({ level: 'warn', file: 'acme.yaml', msg: 'said' });
    expect(time).to.match(/^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{3}Z$/);
  });
});

describe('standard output', () => {
  /** What a process writes that runs this, as whole writes, and how it ended. */
  async function run(script: string): Promise<{ writes: string[]; code: number }> {
    const log = new URL('../../src/lib/log.ts', import.meta.url).href;
    const program = `
      const write = process.stdout.write.bind(process.stdout);
      process.stdout.write = (text, ...rest) => write(text.replaceAll('\\n', ';') + '\\n', ...rest);
      const { createLog, standardOutput } = await import(${JSON.stringify(log)});
      const log = createLog('info', standardOutput());
      ${script}`;
    const child = spawn(process.execPath, ['--input-type=module', '--eval', program], {
      stdio: ['ignore', 'pipe', 'inherit'],
    });
    const [text, [code]] = await Promise.all([
      consume(child.stdout),
      once(child, 'exit') as Promise<[number]>,
    ]);
    const said = text.trimEnd().split('\n');
    return {
      writes: said.map((write) => [...write.matchAll(/"msg":"(\w+)"/g)].map(([, msg]) => msg).join()),
      code,
    };
  }

  it('gets the lines of one turn of the event loop in one write', async () => {
    const { writes } = await run(`
      log.info({}, 'a'); log.info({}, 'b');
      setTimeout(() => { log.info({}, 'c'); Promise.resolve().then(() => log.info({}, 'd')); }, 20);`);
    expect(writes).to.deep.equal(['a,b', 'c,d']);
  });

  it('gets the last lines of a process that exits', async () => {
    const { writes, code } = await run("log.info({}, 'a'); log.error({}, 'b'); process.exit(3);");
    expect([writes, code]).to.deep.equal([['a,b'], 3]);
  });
});
