import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect } from 'chai';
import { build } from '../../../src/build.ts';
import { readConfig } from '../../../src/config/config.ts';
import { createLog } from '../../../src/lib/log.ts';
import { evidence } from '../../support/evidence.ts';
import { Browser } from './browser.ts';
import { TestProvider, clientId } from './oidcprovider.ts';

const consoleOrigin = 'https://console.test';

describe('A gateway with the settings to sign in', () => {
  let dir: string;
  let provider: TestProvider;

  before(async () => {
    dir = await mkdtemp(join(tmpdir(), 'omneo-gateway-sign-in-'));
    provider = await TestProvider.start({ consoleOrigin, isPublic: true });
  });

  after(async () => {
    await provider.stop();
    await rm(dir, { recursive: true });
  });

  const log = createLog('debug', { write: (line) => evidence.push(line) });

  function gatewayWith(changed: Record<string, string>): ReturnType<typeof build> {
    const env = {
      ...{ PORT: '0', ADMIN_PORT: '0', CONSOLE_PORT: '0', TENANTS_DIR: dir, ALLOW_INSECURE_UPSTREAM: 'true' },
      ...{ OIDC_ISSUER: provider.issuer, OIDC_CLIENT_ID: clientId, OIDC_SCOPES: 'openid,groups' },
      ...{ OIDC_VIEWERS: 'support', CONSOLE_URL: consoleOrigin, ...changed },
    };
    return build({ config: readConfig(env), log, output: { dropped: 0 } });
  }

  it('opens its console though there is no token, and lets the provider say who comes', async () => {
    const gateway = await gatewayWith({ LEDGER_URL: `sqlite:${join(dir, 'ledger.db')}` });
    try {
      const { consolePort } = await gateway.start();
      const browser = new Browser({ [consoleOrigin]: `http://127.0.0.1:${String(consolePort)}` });
      const named = (): string[] => [...browser.cookies(consoleOrigin).keys()];
      await browser.follow(`${consoleOrigin}/auth/sign-in`, `${consoleOrigin}/auth/callback`);
      expect(named()).to.deep.equal(['__Secure-omneo-gateway-sign-in']);
      const { response } = await browser.follow(`${consoleOrigin}/auth/sign-in`);
      expect(response.status).to.equal(200);
      expect(named()).to.deep.equal(['__Host-omneo-gateway-session']);
      const me = await browser.request(`${consoleOrigin}/api/v1/me`);
      expect(await me.json()).to.include({ user: 'ada-1815', signed_in_by: 'session' });
    } finally {
      await gateway.stop();
    }
  });

  it('keeps its console closed with a ledger that forgets', async () => {
    const gateway = await gatewayWith({ LEDGER_URL: 'memory:' });
    try {
      expect((await gateway.start()).consolePort).to.equal(undefined);
    } finally {
      await gateway.stop();
    }
  });
});
