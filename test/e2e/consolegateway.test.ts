/** The console's page in a real Chromium, on the built gateway, with SQLite and the sandbox Omneo. */
import { expect } from 'chai';
import type { Browser } from 'playwright-core';
import { Visit, startBrowser } from './console/visit.ts';
import { ConsoleWorld, adminToken } from './console/world.ts';
import { needTools } from './needs.ts';
import { eventually } from './time.ts';

describe('The console of a real gateway', () => {
  let world: ConsoleWorld;
  let browser: Browser;
  let visit: Visit;
  const endings: (() => Promise<void>)[] = [];

  before(async function () {
    await needTools(this, 'chromium');
    world = await ConsoleWorld.start();
    endings.push(() => world[Symbol.asyncDispose]());
    browser = await startBrowser();
    endings.push(() => browser.close());
  });

  after(async () => {
    for (const end of endings.reverse()) await end();
  });

  beforeEach(async () => {
    visit = await Visit.start(browser, { url: world.consoleURL });
    await visit.open('/deliveries', adminToken);
  });

  afterEach(async () => {
    expect(await visit.end(), 'what a page must not do').to.deep.equal([]);
  });

  const main = () => visit.page.getByRole('main');
  const dialog = () => visit.page.getByRole('dialog');
  const items = () => visit.page.getByRole('list', { name: 'Deliveries' }).getByRole('listitem');

  const data = { reward_definition_id: 42, amount: 10 };
  const stranger = (name: string) => ({
    id: `console-${name}`,
    person_id: `01${name}`,
    email: `${name}@example.com`,
    data,
  });

  async function find(email: string): Promise<void> {
    await visit.page.getByLabel('Tenant').selectOption('acme');
    await visit.page.getByRole('textbox', { name: 'E-mail address' }).fill(email);
    await visit.page.getByRole('button', { name: 'Search' }).click();
    await items().first().waitFor();
  }

  async function decide(change: 'Replay' | 'Discard', why: string): Promise<void> {
    await visit.page.getByRole('button', { name: `${change}…` }).click();
    await dialog().getByLabel('Why').fill(why);
    await dialog().getByRole('button', { name: change }).click();
    await dialog().waitFor({ state: 'detached' });
  }

  function rewardsOf(externalId: string): number {
    return world.sandbox.rewards('acme').filter(({ external_id: id }) => id === externalId).length;
  }

  it('finds a customer by e-mail, says what happened, and issues the reward once its cause is gone', async () => {
    const { status, json } = await world.post(stranger('grace'));
    expect([status, json['code']]).to.deep.equal([404, 'profile_not_found']);
    await find('grace@example.com');
    expect(await items().count()).to.equal(1);
    await items().getByRole('link').click();
    await main().getByText('Omneo did not know this customer').waitFor();
    world.sandbox.addProfiles('acme', [{ email: 'grace@example.com' }]);
    await decide('Replay', 'She is in Omneo now');
    await main()
      .getByText(/^reward \d+ issued$/)
      .waitFor();
    expect(rewardsOf('console-grace')).to.equal(1);
    expect(await main().innerText())
      .to.contain('replayed by admin')
      .and.to.contain('found by e-mail');
    expect(await visit.traces()).not.to.contain('grace');
  });

  it('replays a webhook that somebody corrected', async () => {
    const wrong = {
      ...stranger('linus'),
      email: 'ada@example.com',
      person_id: '01ACMEADA',
      data: { ...data, amount: '$10' },
    };
    const { status, json } = await world.post(wrong);
    expect(status).to.equal(400);
    await visit.open(`/deliveries/${String(json['delivery_id'])}`, adminToken);
    await visit.page.getByRole('button', { name: 'Replay…' }).click();
    await dialog().getByLabel('Correct the webhook first').check();
    const text = dialog().getByRole('textbox', { name: 'The webhook' });
    await dialog().getByLabel('Why').fill('The currency sign');
    await text.fill((await text.inputValue()).replace('$10', 'ten'));
    await dialog().getByRole('button', { name: 'Replay' }).click();
    await dialog().getByRole('alert').getByText('data.amount', { exact: true }).waitFor();
    await text.fill((await text.inputValue()).replace('"ten"', '10'));
    await dialog().getByRole('button', { name: 'Replay' }).click();
    await eventually('the reward', () => rewardsOf('console-linus') === 1);
    await main().getByText('Issued', { exact: true }).waitFor();
    await visit.page.getByRole('link', { name: 'All deliveries' }).click();
    await find('ada@example.com');
    expect(await items().first().innerText()).to.match(/Issued\s+reward \d+/);
  });

  it('discards what somebody decides against', async () => {
    await world.post(stranger('edsger'));
    await find('edsger@example.com');
    await items().getByRole('link').click();
    await decide('Discard', 'A test of ours');
    await main().getByText('discarded by admin').waitFor();
    expect(await main().innerText()).to.contain('Nothing. The events say who and why.');
  });

  it('replays many at once, after it said how many', async () => {
    for (const name of ['barbara', 'frances', 'katherine']) {
      await world.post(stranger(name));
      world.sandbox.addProfiles('acme', [{ email: `${name}@example.com` }]);
    }
    await visit.open('/deliveries?tenant=acme&state=parked&reason=profile_not_found', adminToken);
    await visit.page.getByRole('button', { name: 'Replay all…' }).click();
    await dialog().getByText('3 deliveries', { exact: true }).waitFor();
    await dialog().getByLabel('Why').fill('All three are in Omneo now');
    await dialog().getByRole('button', { name: 'Replay 3 deliveries' }).click();
    await main().getByText('3 replayed.').waitFor();
    await eventually('three rewards', () =>
      ['barbara', 'frances', 'katherine'].every((name) => rewardsOf(`console-${name}`) === 1),
    );
  });

  it('makes a step that the gateway checks, takes, and issues a reward for', async () => {
    await visit.open('/step', adminToken);
    await visit.page.getByLabel('Reward definition').selectOption({ label: 'We miss you (42)' });
    await visit.page.getByLabel('Name of the Flow').fill('winback');
    const url = visit.page.getByRole('region', { name: 'URL' });
    expect(await url.innerText()).to.equal(
      'https://gateway.example.com/acme/api/v1/webhooks/klaviyo/rewards',
    );
    const body = (await visit.page.getByRole('region', { name: 'body' }).innerText())
      .replace('{{ event.reward_id }}', 'console-step-1')
      .replace('{{ person.KlaviyoID }}', '01ACMEADA')
      .replace('{{ person.email }}', 'ada@example.com');
    await visit.page.getByLabel('Body from the preview').fill(body);
    await visit.page.getByRole('button', { name: 'Check' }).click();
    await main().getByText('The gateway takes this body.').waitFor();
    const rehearse = visit.page.getByRole('button', { name: 'Rehearse' });
    await rehearse.click();
    await main()
      .getByText('It would issue 10 of definition 42 to the customer found by Klaviyo id.')
      .waitFor();
    expect(rewardsOf('console-step-1')).to.equal(0);
    const { status, json } = await world.post(body);
    expect([status, json['status']]).to.deep.equal([200, 'created']);
    await rehearse.click();
    await main().getByText('It would issue nothing more').waitFor();
    expect(rewardsOf('console-step-1')).to.equal(1);
  });

  it('shows each tenant with what is issued and what is parked', async () => {
    await visit.open('/', adminToken);
    const text = await main().innerText();
    expect(text)
      .to.match(/acme\s+Ready/)
      .and.to.match(/bloom\s+Ready/);
    expect(text).to.match(/Issued of those that arrived in 24 h\s+[1-9]/);
  });
});
