/** Signing in to the console's page at a provider, in a real Chromium, on the built gateway. */
import { expect } from 'chai';
import type { Browser } from 'playwright-core';
import { TestProvider, clientId } from '../console/signin/oidcprovider.ts';
import { Visit, startBrowser } from './console/visit.ts';
import { ConsoleWorld } from './console/world.ts';
import { needTools } from './needs.ts';
import { freePort } from './ports.ts';

describe('Signing in to the console with a browser', () => {
  let provider: TestProvider;
  let world: ConsoleWorld;
  let browser: Browser;
  let visit: Visit;
  const endings: (() => Promise<void>)[] = [];

  before(async function () {
    await needTools(this, 'chromium');
    const port = await freePort();
    const consoleOrigin = `http://127.0.0.1:${port}`;
    provider = await TestProvider.start({ consoleOrigin, isPublic: true });
    endings.push(() => provider.stop());
    world = await ConsoleWorld.start({
      ...{ CONSOLE_PORT: String(port), CONSOLE_URL: consoleOrigin },
      ...{ OIDC_ISSUER: provider.issuer, OIDC_CLIENT_ID: clientId, OIDC_SCOPES: 'openid,groups' },
      ...{ OIDC_VIEWERS: 'support', OIDC_OPERATORS: 'operators' },
    });
    endings.push(() => world[Symbol.asyncDispose]());
    browser = await startBrowser();
    endings.push(() => browser.close());
  });

  after(async () => {
    for (const end of endings.reverse()) await end();
  });

  beforeEach(async () => {
    visit = await Visit.start(browser, { url: world.consoleURL, elsewhere: provider.issuer });
  });

  afterEach(async () => {
    expect(await visit.end(), 'what a page must not do').to.deep.equal([]);
  });

  const button = (name: string) => visit.page.getByRole('button', { name });

  /** Signs in as somebody of this group, on the way to this page. */
  async function signInAs(group: string, path: string): Promise<void> {
    provider.user = { sub: `of-${group}`, claims: { groups: [group] } };
    await visit.open(path);
    await visit.page.getByRole('link', { name: 'Sign in' }).click();
    await visit.page.getByRole('banner').getByText(`of-${group}`).waitFor();
    await visit.loaded();
  }

  async function parkedPath(name: string): Promise<string> {
    const data = { reward_definition_id: 42, amount: 10 };
    const { json } = await world.post({
      id: name,
      person_id: `01${name}`,
      email: `${name}@example.com`,
      data,
    });
    return `/deliveries/${String(json['delivery_id'])}`;
  }

  it('leads to the provider and back to the same page, and stays over a reload', async () => {
    await signInAs('support', '/step');
    expect(new URL(visit.page.url()).pathname).to.equal('/step');
    await visit.page.reload();
    await visit.page.getByRole('heading', { name: 'Set up a step' }).waitFor();
  });

  it('shows a viewer everything but what is not theirs to decide', async () => {
    await signInAs('support', await parkedPath('viewed'));
    expect(await visit.page.getByRole('main').innerText()).to.contain('You may look at it, and not decide.');
    expect(await button('Open the webhook').count()).to.equal(0);
  });

  it('lets an operator decide', async () => {
    await signInAs('operators', await parkedPath('decided'));
    await button('Discard…').click();
    await visit.page.getByRole('dialog').getByLabel('Why').fill('A test of ours');
    await visit.page.getByRole('dialog').getByRole('button', { name: 'Discard' }).click();
    await visit.page.getByText('discarded by of-operators').waitFor();
  });

  it('ends by a button, here and at the provider', async () => {
    await signInAs('support', '/');
    expect(await visit.page.evaluate('document.cookie')).to.equal('');
    await button('Sign out').click();
    await visit.page.waitForURL(`${provider.issuer}/**`);
    await visit.open('/');
    await visit.page.getByRole('link', { name: 'Sign in' }).waitFor();
  });
});
