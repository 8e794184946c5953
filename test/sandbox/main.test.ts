import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { expect } from 'chai';
import { callSandbox } from './caller.ts';

const start = (...args: string[]) => spawn(process.execPath, ['sandbox/main.ts', ...args]);

/** Runs to the end; gives the exit code and what was written to stderr. */
async function fail(...args: string[]) {
  const child = start(...args);
  let text = '';
  child.stderr.setEncoding('utf8').on('data', (chunk: string) => (text += chunk));
  await once(child, 'close');
  return { code: child.exitCode, text };
}

const mistakes: [string[], RegExp][] = [
  [['--port', 'x'], /^--port takes a whole number, not "x"\. Usage: .*\n$/],
  [['--faults', 'everythingx'], /^--faults takes everything:<0 to 1> or a JSON list\. Usage: .*\n$/],
  [['--faults', '[{"kind":"boom"}]'], /^There is no fault kind "boom"; known are .*\n$/],
];

const eventText = JSON.stringify({
  data: {
    type: 'event',
    attributes: {
      properties: {},
      metric: { data: { type: 'metric', attributes: { name: 'Omneo reward issued' } } },
      profile: { data: { type: 'profile', attributes: { email: 'ada@example.com' } } },
    },
  },
});

describe('npm run sandbox', () => {
  for (const signal of ['SIGINT', 'SIGTERM'] as const) {
    it(`says in one line where it listens, and stops on ${signal}`, async () => {
      const child = start('--port', '0', '--faults', 'everything:0.2');
      const [line] = (await once(child.stdout.setEncoding('utf8'), 'data')) as [string];
      expect(line).to.match(
        /^Sandbox Omneo at http:\/\/127\.0\.0\.1:\d+\/acme\/api\/v3 .*PUT \/_sandbox\/faults.*\n$/,
      );
      child.kill(signal);
      await once(child, 'exit');
      expect(child.exitCode).to.equal(0);
    });
  }

  it('takes events as Klaviyo does, with the key that it names, and shows and forgets them', async () => {
    const child = start('--port', '0');
    const [line] = (await once(child.stdout.setEncoding('utf8'), 'data')) as [string];
    const [, key = '', url = ''] = /Klaviyo for the key (\S+) at (\S+);/.exec(line) ?? [];
    const events = async () => (await fetch(`${url}/_sandbox/events`)).json();
    try {
      for (const [sent, status] of [
        [key, 202],
        [`${key}2`, 401],
      ] as const) {
        const headers = {
          ...{ authorization: `Klaviyo-API-Key ${sent}`, revision: '2026-07-15' },
          'content-type': 'application/vnd.api+json',
        };
        const answer = await fetch(`${url}/api/events`, { method: 'POST', headers, body: eventText });
        expect(answer.status).to.equal(status);
      }
      expect(await events()).to.have.nested.property('[0].metric', 'Omneo reward issued');
      await fetch(`${url}/_sandbox/reset`, { method: 'POST' });
      expect(await events()).to.deep.equal([]);
    } finally {
      child.kill('SIGTERM');
      await once(child, 'exit');
    }
  });

  it('says in one sentence that the port is taken', async () => {
    const caller = await callSandbox();
    const { code, text } = await fail('--port', String(caller.sandbox.port));
    await caller.close();
    expect(code).to.equal(1);
    expect(text).to.match(/^The port is taken: .*\. Choose another with --port\.\n$/);
  });

  for (const [args, sentence] of mistakes) {
    it(`refuses ${args.join(' ')} in one sentence`, async () => {
      const { code, text } = await fail(...args);
      expect(code).to.equal(1);
      expect(text).to.match(sentence);
    });
  }
});
