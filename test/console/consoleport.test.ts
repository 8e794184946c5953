import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect } from 'chai';
import type { Identity } from '../../src/console/access/access.ts';
import { type ConsoleAccess, folderAccess } from '../../src/console/access/consoleaccess.ts';
import { ConsolePort } from '../../src/console/consoleport.ts';
import { ConsoleProblem } from '../../src/console/consoleproblem.ts';
import { systemClock } from '../../src/lib/clock.ts';
import { createLog } from '../../src/lib/log.ts';
import { evidence } from '../support/evidence.ts';
import { ApiBench } from './apibench.ts';
import { startGateway } from '../support/gateway.ts';

const token = 'admin-token-of-the-tests';

describe('the port of the console', () => {
  let dir: string;
  let access: ConsoleAccess;
  let logs: Record<string, unknown>[];

  const log = createLog('debug', {
    write: (line) => {
      evidence.push(line);
      logs.push(JSON.parse(line) as Record<string, unknown>);
    },
  });

  before(async () => {
    dir = await mkdtemp(join(tmpdir(), 'omneo-gateway-console-'));
    await writeFile(join(dir, 'token'), `${token}\n`);
    access = await folderAccess(join(dir, 'token'), systemClock);
  });

  beforeEach(() => {
    logs = [];
  });

  after(() => rm(dir, { recursive: true }));

  type Changes = Partial<ConstructorParameters<typeof ConsolePort>[0]>;

  const api = { ...new ApiBench().parts, log };

  function portWith(changes: Changes = {}): ConsolePort {
    return new ConsolePort({ port: 0, access, api, clock: systemClock, log, ...changes });
  }

  /** Asks an open console, and closes it. */
  async function answered(path: string, headers: Record<string, string>, changes: Changes = {}) {
    const port = portWith(changes);
    const number = await port.open();
    try {
      const answer = await fetch(`http://127.0.0.1:${String(number)}${path}`, { headers });
      const text = await answer.text();
      evidence.push(text);
      return { status: answer.status, headers: answer.headers, json: JSON.parse(text) as object };
    } finally {
      await port.close();
    }
  }

  const bearer = { authorization: `Bearer ${token}` };

  it('says to the holder of the token who that is', async () => {
    const { status, headers, json } = await answered('/api/v1/me', bearer);
    expect(status).to.equal(200);
    expect(json).to.deep.equal({ user: 'admin', signed_in_by: 'token' });
    expect(headers.get('cache-control')).to.equal('no-store');
    expect(headers.get('x-request-id')).to.match(/^[\w-]{36}$/);
  });

  it('gives its page to everybody, and nothing else', async () => {
    await writeFile(join(dir, 'index.html'), '<!doctype html>');
    await mkdir(join(dir, 'assets'));
    const port = portWith({ pageFolder: dir });
    const number = await port.open();
    try {
      const page = await fetch(`http://127.0.0.1:${String(number)}/deliveries`);
      expect([page.status, await page.text()]).to.deep.equal([200, '<!doctype html>']);
      expect(page.headers.get('content-security-policy')).to.contain("default-src 'none'");
      expect(page.headers.get('cache-control')).to.equal('no-cache');
      expect((await fetch(`http://127.0.0.1:${String(number)}/api/v1/deliveries`)).status).to.equal(401);
    } finally {
      await port.close();
    }
  });

  it('gives the CSRF token of a session', async () => {
    const identity: Identity = { user: 'ada', groups: [], signedInBy: 'session', csrfToken: 'of-ada' };
    const authenticators = [
      { identify: () => Promise.resolve(undefined) },
      { identify: () => Promise.resolve(identity) },
      { identify: () => Promise.reject(new Error('is not asked any more')) },
    ];
    const { json } = await answered('/api/v1/me', {}, { access: { ...access, authenticators } });
    expect(json).to.deep.equal({ user: 'ada', signed_in_by: 'session', csrf_token: 'of-ada' });
  });

  for (const [what, headers] of [
    ['nothing', {}],
    ['another scheme', { authorization: 'Basic YWRtaW46YWRtaW4=' }],
    ['a wrong token', { authorization: 'Bearer another-token-of-the-tests' }],
    ['no token', { authorization: 'Bearer' }],
  ] as const)
    it(`answers 401 to whoever brings ${what}`, async () => {
      const answer = await answered('/api/v1/me', headers);
      expect(answer.status).to.equal(401);
      expect(answer.headers.get('www-authenticate')).to.equal('Bearer');
      expect(answer.headers.get('content-type')).to.match(/^application\/problem\+json/);
      expect(answer.json).to.include({ code: 'unauthenticated', status: 401 });
    });

  it('answers 429 with the seconds to wait after ten wrong tokens', async () => {
    const port = portWith({ access: await folderAccess(join(dir, 'token'), systemClock) });
    const url = `http://127.0.0.1:${String(await port.open())}/api/v1/me`;
    const statuses: number[] = [];
    for (let index = 0; index < 11; index += 1) {
      const answer = await fetch(url, { headers: { authorization: `Bearer wrong-token-number-${index}` } });
      statuses.push(answer.status);
      if (answer.status === 429) expect(answer.headers.get('retry-after')).to.match(/^[1-9]\d?$/);
      await answer.arrayBuffer();
    }
    await port.close();
    expect(statuses).to.deep.equal([...Array<number>(10).fill(401), 429]);
  });

  it('says nothing of a path to whoever is not signed in', async () => {
    expect((await answered('/api/v1/nothing', {})).status).to.equal(401);
    expect((await answered('/api/v1/nothing', bearer)).json).to.include({ code: 'not_found' });
  });

  it('logs what an operator has to see to, and does not show it', async () => {
    const cause = Object.assign(new Error('the gateway may not ask'), { isClean: true });
    const identify = () => Promise.reject(new ConsoleProblem('unavailable', { cause }));
    const answer = await answered('/api/v1/me', bearer, {
      access: { ...access, authenticators: [{ identify }] },
    });
    expect(answer.json).to.include({ code: 'unavailable', status: 503 });
    expect(JSON.stringify(answer.json)).not.to.contain('may not ask');
    const line = logs.find(({ msg }) => msg === 'console failed');
    expect(line?.['error']).to.contain('the gateway may not ask');
  });

  const closed: [string, Changes, RegExp][] = [
    ['is not wanted', { port: undefined }, /^CONSOLE_PORT is off$/],
    ['has no deliveries to show', { api: undefined }, /^no webhooks are stored; LEDGER_URL /],
    ['would let nobody in', { access: undefined }, /^nobody could sign in; ADMIN_TOKEN_FILE /],
  ];
  for (const [what, changes, reason] of closed)
    it(`stays closed, and one line of the log says why, where it ${what}`, async () => {
      const port = portWith(changes);
      expect(await port.open()).to.equal(undefined);
      await port.close();
      expect(logs).to.have.length(1);
      expect(logs[0]).to.include({ level: 'info', msg: 'the console is closed' });
      expect(logs[0]?.['reason']).to.match(reason);
    });

  it('ends what gives access when it is closed', async () => {
    let ends = 0;
    const close = () => {
      ends += 1;
      return Promise.resolve();
    };
    await portWith({ access: { ...access, close } }).close();
    expect(ends).to.equal(1);
  });

  it('cuts a request that goes on for more than a second after it was closed', async () => {
    const identify = () => new Promise<never>(() => undefined);
    const port = portWith({
      access: { ...access, authenticators: [{ identify }] },
      clock: { ...systemClock, sleep: () => Promise.resolve() },
    });
    const number = await port.open();
    const asked = fetch(`http://127.0.0.1:${String(number)}/api/v1/me`).then(
      () => 'answered',
      () => 'cut',
    );
    await port.close();
    expect(await asked).to.equal('cut');
  });

  it('is in no gateway whose ledger forgets', async () => {
    const gateway = await startGateway({}, { access });
    await gateway.stop();
    expect(gateway.consoleURL).to.equal(undefined);
    const line = gateway.logs.find(({ msg }) => msg === 'listening');
    expect(line).to.have.property('admin_port');
    expect(line).not.to.have.property('console_port');
  });
});
