/** The console's page in a real Chromium, with a stub of the API behind it. */
import { readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { env } from 'node:process';
import { expect } from 'chai';
import type { Browser } from 'playwright-core';
import { buildPage } from '../../scripts/page.ts';
import { ada, adas, held, idOf, now, parked } from './console/fixtures.ts';
import { StubConsole } from './console/stub.ts';
import { Visit, type VisitOptions, startBrowser } from './console/visit.ts';
import { type TemporaryFolder, temporaryFolder } from './folder.ts';
import { needTools } from './needs.ts';

const operator = 'operator-token-of-the-tests';
const viewer = 'viewer-token-of-the-tests';

describe('The console in a browser', () => {
  let folder: TemporaryFolder;
  let browser: Browser;
  let stub: StubConsole;
  let visit: Visit;

  async function visitAs(
    token: string | undefined,
    path = '/',
    options: Partial<VisitOptions> = {},
  ): Promise<void> {
    visit = await Visit.start(browser, { url: stub.url, now, ...options });
    await visit.open(path, token);
  }

  /** Ends what was begun, the last first; nothing if there is no browser. */
  const endings: (() => Promise<void>)[] = [];

  before(async function () {
    await needTools(this, 'chromium');
    folder = await temporaryFolder('page');
    endings.push(() => folder.remove());
    await buildPage(join(folder.path, 'web'));
    stub = await StubConsole.start(join(folder.path, 'web'));
    endings.push(() => stub.stop());
    browser = await startBrowser();
    endings.push(() => browser.close());
  });

  after(async () => {
    for (const end of endings.reverse()) await end();
  });

  beforeEach(() => {
    stub.reset();
  });

  afterEach(async () => {
    expect(await visit.end(), 'what a page must not do').to.deep.equal([]);
  });

  const button = (name: string | RegExp) => visit.page.getByRole('button', { name });
  const link = (name: string | RegExp) => visit.page.getByRole('link', { name });
  const heading = (name: string) => visit.page.getByRole('heading', { name, level: 1 });
  const dialog = () => visit.page.getByRole('dialog');
  const main = () => visit.page.getByRole('main');

  describe('signing in', () => {
    it('refuses a wrong token in words, and takes the right one', async () => {
      await visitAs(undefined);
      await visit.page.getByLabel('Token').fill('wrong');
      await button('Use this token').click();
      expect(await visit.page.getByRole('alert').innerText()).to.contain('Not signed in');
      await visit.page.getByLabel('Token').fill(operator);
      await visit.page.getByLabel('Token').press('Enter');
      await heading('Overview').waitFor();
      expect(await visit.page.getByRole('banner').innerText()).to.contain('grace');
    });

    it('keeps the token in memory only: a reload asks again', async () => {
      await visitAs(operator);
      expect(await visit.traces()).not.to.contain(operator);
      expect(await visit.page.content()).not.to.contain(operator);
      await visit.page.reload();
      await visit.page.getByLabel('Token').waitFor();
    });

    it('ends by a button, and when the gateway takes the token no more', async () => {
      await visitAs(operator);
      await button('Sign out').click();
      await visit.page.getByLabel('Token').fill(operator);
      await button('Use this token').click();
      await heading('Overview').waitFor();
      await visit.loaded();
      stub.revoke();
      await link('Deliveries').click();
      await visit.page.getByRole('alert').getByText('Your sign-in has ended').waitFor();
    });

    it('offers the provider where there is one, and comes back to the same page', async () => {
      const other = await StubConsole.start(join(folder.path, 'web'), { hasSignIn: true });
      try {
        visit = await Visit.start(browser, { url: other.url });
        await visit.open('/step');
        expect(await link('Sign in').getAttribute('href')).to.equal('/auth/sign-in?to=%2Fstep');
      } finally {
        await other.stop();
      }
    });
  });

  describe('the overview', () => {
    it('says of each tenant how it is, what waits and what is parked, and why', async () => {
      await visitAs(operator);
      const text = await main().innerText();
      expect(text)
        .to.match(/acme\s+Ready/)
        .and.to.match(/bloom\s+Suspended/);
      expect(text).to.contain('2 parked: Customer not in Omneo');
      expect(text).to.contain('1 waiting: Omneo is busy');
      expect(text).to.match(/Issued of those that arrived in 24 h\s+\d+/);
    });

    it('says what is spent of the budgets of the day, and that one is spent', async () => {
      await visitAs(operator);
      expect(await main().innerText())
        .to.contain('1,200 of 5,000 issued today')
        .and.to.contain('50,000 of 50,000 in amount today')
        .and.to.contain('What comes waits until tomorrow');
      expect(await visit.page.locator('meter').count()).to.equal(2);
    });

    it('says of which tenants Klaviyo is told, and of which it should be and is not', async () => {
      await visitAs(operator);
      const text = await main().innerText();
      expect(text.split('bloom')[0]).to.contain('Klaviyo is told how webhooks end.');
      expect(text.split('bloom')[1]).to.contain(
        'Klaviyo is not told how webhooks end: its API key cannot be read.',
      );
    });

    it('says in words what its chart shows', async () => {
      await visitAs(operator);
      const chart = visit.page.getByRole('img', {
        name: /^acme: \d+ arrived in the last 24 hours: \d+ issued, /,
      });
      expect(await chart.locator('rect').count()).to.be.above(20);
      await visit.page.getByText('The hours of acme').click();
      expect(await visit.page.getByRole('table').getByRole('row').count()).to.equal(25);
    });

    it('leads to the deliveries that it counts', async () => {
      await visitAs(operator);
      await link('2 parked: Customer not in Omneo').click();
      await visit.loaded();
      expect(new URL(visit.page.url()).search).to.equal('?tenant=acme&state=parked&reason=profile_not_found');
      expect(
        await visit.page.getByRole('list', { name: 'Deliveries' }).getByRole('listitem').count(),
      ).to.equal(2);
    });
  });

  describe('finding a customer', () => {
    async function find(text: string): Promise<void> {
      await visit.page.getByLabel('Tenant').selectOption('acme');
      await visit.page.getByRole('textbox', { name: 'E-mail address' }).fill(text);
      await button('Search').click();
      await visit.loaded();
    }

    it('finds by e-mail, and leaves the address nowhere', async () => {
      await visitAs(operator, '/deliveries');
      await find(ada.email);
      const found = visit.page.getByRole('list', { name: 'Deliveries' }).getByRole('listitem');
      expect(await found.count()).to.equal(1);
      expect(await found.innerText())
        .to.contain('Issued')
        .and.to.contain('reward 4711');
      await found.getByRole('link').click();
      await heading('One delivery').waitFor();
      expect(await visit.traces()).not.to.contain('ada');
      expect(await visit.page.content()).not.to.contain(ada.email);
    });

    it('comes back from a delivery to what was found', async () => {
      await visitAs(operator, '/deliveries');
      await find(ada.email);
      await link(/reward definition 42/).click();
      await heading('One delivery').waitFor();
      await visit.page.goBack();
      await visit.loaded();
      expect(await visit.page.getByRole('textbox', { name: 'E-mail address' }).inputValue()).to.equal(
        ada.email,
      );
      expect(
        await visit.page.getByRole('list', { name: 'Deliveries' }).getByRole('listitem').count(),
      ).to.equal(1);
    });

    it('asks for the tenant first', async () => {
      await visitAs(operator, '/deliveries');
      await visit.page.getByRole('textbox', { name: 'E-mail address' }).fill(ada.email);
      await button('Search').click();
      expect(await main().innerText()).to.contain('Choose a tenant too');
    });

    it('says what it means that nobody was found', async () => {
      await visitAs(operator, '/deliveries');
      await find('nobody@example.com');
      expect(await main().innerText())
        .to.contain('No delivery found.')
        .and.to.contain('look for it in Omneo');
    });

    it('shows older ones when it is asked to', async () => {
      await visitAs(operator, '/deliveries');
      const items = visit.page.getByRole('list', { name: 'Deliveries' }).getByRole('listitem');
      expect(await items.count()).to.equal(50);
      await button('Show older ones').click();
      await visit.loaded();
      expect(await items.count()).to.equal(66);
      expect(await button('Show older ones').count()).to.equal(0);
      expect(await visit.page.getByRole('status').innerText()).to.equal('66 deliveries');
    });
  });

  describe('one delivery', () => {
    it('tells what happened in plain words', async () => {
      await visitAs(viewer, `/deliveries/${adas.delivery_id}`);
      const lines = await main().getByRole('list').first().getByRole('listitem').allInnerTexts();
      expect(lines.map((line) => line.replace(/\s+/g, ' '))).to.deep.equal([
        '3 Mar 2026, 10:02 arrived',
        '3 Mar 2026, 10:02 Omneo did not know this customer yet Omneo answered 200, took 0.2 s',
        '3 Mar 2026, 10:17 found by e-mail Omneo answered 200, took 0.4 s',
        '3 Mar 2026, 10:17 reward 4711 issued',
      ]);
    });

    it('can be told to others in one line', async () => {
      await visitAs(viewer, `/deliveries/${adas.delivery_id}`);
      await button('Copy what happened').click();
      await visit.page.getByRole('status').getByText('what happened copied').waitFor();
      expect(await visit.page.evaluate('navigator.clipboard.readText()')).to.equal(
        '3 Mar 2026, 10:02 arrived · 3 Mar 2026, 10:02 Omneo did not know this customer yet · 3 Mar 2026, 10:17 found by e-mail · reward 4711 issued',
      );
    });

    it('is replayed with a reason', async () => {
      await visitAs(operator, `/deliveries/${parked.delivery_id}`);
      await button('Replay…').click();
      await dialog().getByRole('button', { name: 'Replay' }).click();
      expect(await dialog().innerText()).to.contain('Say why');
      await dialog().getByLabel('Why').fill('Grace is in Omneo now');
      await dialog().getByRole('button', { name: 'Replay' }).click();
      await main().getByText('Replayed.', { exact: true }).waitFor();
      await visit.loaded();
      expect(stub.asked).to.deep.equal([
        {
          method: 'POST',
          path: `/api/v1/deliveries/${parked.delivery_id}/replay`,
          body: { why: 'Grace is in Omneo now' },
        },
      ]);
      expect(await main().innerText()).to.match(/Waiting\s+Replayed/);
    });

    it('is replayed with a corrected webhook, once that is right', async () => {
      await visitAs(operator, `/deliveries/${parked.delivery_id}`);
      await button('Replay…').click();
      await dialog().getByLabel('Correct the webhook first').check();
      const text = dialog().getByRole('textbox', { name: 'The webhook' });
      const right = (await text.inputValue()).replace('exmaple', 'example');
      await text.fill(right.replace('10', '"$10"'));
      await dialog().getByLabel('Why').fill('A slip in the address');
      await dialog().getByRole('button', { name: 'Replay' }).click();
      expect(await dialog().getByRole('alert').innerText()).to.contain('data.amount must be a plain number');
      await text.fill(right);
      await dialog().getByRole('button', { name: 'Replay' }).click();
      await main().getByText('Replayed with the corrected webhook.').waitFor();
      expect(stub.asked.at(-1)?.body).to.deep.equal({ why: 'A slip in the address', body: right });
    });

    it('is let pass its budget with a reason, if it is held', async () => {
      await visitAs(operator, `/deliveries/${held.delivery_id}`);
      expect(await main().innerText()).to.contain('It goes on tomorrow, or once the budget is raised.');
      await button('Replay…').click();
      expect(await dialog().innerText()).to.contain('It passes the budget of the day');
      expect(await dialog().getByLabel('Correct the webhook first').count()).to.equal(0);
      await dialog().getByLabel('Why').fill('promised to the customer');
      await dialog().getByRole('button', { name: 'Replay' }).click();
      await main().getByText('Replayed.', { exact: true }).waitFor();
      expect(stub.asked.at(-1)?.body).to.deep.equal({ why: 'promised to the customer' });
    });

    it('is discarded with a reason', async () => {
      await visitAs(operator, `/deliveries/${parked.delivery_id}`);
      await button('Discard…').click();
      await dialog().getByLabel('Why').fill('A test of ours');
      await dialog().getByRole('button', { name: 'Discard' }).click();
      await main().getByText('Discarded.', { exact: true }).waitFor();
      expect(stub.asked.at(-1)).to.deep.equal({
        method: 'POST',
        path: `/api/v1/deliveries/${parked.delivery_id}/discard`,
        body: { why: 'A test of ours' },
      });
    });

    it('is opened by those who may', async () => {
      await visitAs(operator, `/deliveries/${parked.delivery_id}`);
      await button('Open the webhook').click();
      expect(await visit.page.getByRole('region', { name: 'The webhook as it came' }).innerText()).to.contain(
        'grace@exmaple.com',
      );
    });

    it('offers a viewer nothing to decide and nothing to open', async () => {
      await visitAs(viewer, `/deliveries/${parked.delivery_id}`);
      expect(await main().getByRole('button').allInnerTexts()).to.deep.equal(['Copy']);
      expect(await main().innerText()).to.contain('You may look at it, and not decide.');
    });

    it('says so if there is none', async () => {
      await visitAs(operator, `/deliveries/${idOf(999)}`);
      expect(await visit.page.getByRole('alert').innerText()).to.contain(
        'There is no such thing, or you may not see it.',
      );
    });
  });

  describe('many deliveries', () => {
    for (const [change, path, done] of [
      ['Replay', 'replay', '2 replayed.'],
      ['Discard', 'discard', '2 discarded.'],
    ] as const)
      it(`are all ${path === 'replay' ? 'replayed' : 'discarded'} after it was said how many they are`, async () => {
        await visitAs(operator, '/deliveries?tenant=acme&state=parked&reason=profile_not_found');
        await button(`${change} all…`).click();
        await dialog().getByText('2 deliveries', { exact: true }).waitFor();
        await dialog().getByLabel('Why').fill('They are in Omneo now');
        await dialog()
          .getByRole('button', { name: `${change} 2 deliveries` })
          .click();
        await main().getByText(done).waitFor();
        expect(stub.asked).to.deep.equal([
          {
            method: 'POST',
            path: `/api/v1/deliveries/${path}`,
            body: {
              filter: { tenant: 'acme', reason: 'profile_not_found' },
              why: 'They are in Omneo now',
              limit: 2,
            },
          },
        ]);
        await visit.loaded();
        expect(await main().innerText()).to.contain('No delivery found.');
      });

    it('are for a viewer to look at', async () => {
      await visitAs(viewer, '/deliveries?tenant=acme&state=parked');
      expect(await button(/all…/).count()).to.equal(0);
    });
  });

  describe('setting up a step', () => {
    const body = () => visit.page.getByRole('region', { name: 'body' });

    it('makes the URL, the headers and the body, and copies them', async () => {
      await visitAs(operator, '/step');
      await visit.page.getByLabel('Reward definition').selectOption({ label: 'Ten off (42)' });
      await visit.page.getByLabel('Name of the Flow').fill('winback');
      expect(await visit.page.getByRole('region', { name: 'URL' }).innerText()).to.equal(
        'https://gateway.example.com/acme/api/v1/webhooks/klaviyo/rewards',
      );
      const headers = visit.page.getByRole('region', { name: /header$/ });
      expect(await headers.allInnerTexts()).to.deep.equal([
        'Content-Type',
        'application/json',
        'x-omneo-secret',
      ]);
      expect(JSON.parse(await body().innerText())).to.deep.equal({
        id: '{{ event.reward_id }}',
        person_id: '{{ person.KlaviyoID }}',
        email: '{{ person.email }}',
        data: { reward_definition_id: 42, amount: 10, meta: { flow: 'winback' } },
      });
      await button('Copy body').click();
      await visit.page.getByRole('status').getByText('body copied').waitFor();
      expect(await visit.page.evaluate('navigator.clipboard.readText()')).to.equal(await body().innerText());
    });

    it('explains the traps where they bite, and offers no tag that is blank there', async () => {
      await visitAs(operator, '/step');
      expect(await main().innerText()).to.contain('person.KlaviyoID, not person.id');
      await visit.page.getByLabel('Amount').selectOption('a property of the event');
      expect(await main().innerText()).to.contain('refuses "$25.00"');
      await visit.page.getByLabel('What starts the Flow').selectOption('a date, such as a birthday');
      expect(await main().innerText())
        .to.contain('identifiers: any')
        .and.to.contain('event.* is blank in this Flow');
      expect(await visit.page.getByLabel('Amount').locator('option').allInnerTexts()).to.deep.equal([
        'the same for everybody',
      ]);
      await visit.page.getByLabel('Reward definition').selectOption({ label: 'Birthday treat (43)' });
      expect(await body().innerText()).not.to.match(/event|KlaviyoID|"id"/);
    });

    it('takes the number of a definition if Omneo does not tell them', async () => {
      await visitAs(operator, '/step');
      await visit.page.getByLabel('Tenant').selectOption('bloom');
      await visit.page.getByRole('textbox', { name: 'Reward definition' }).fill('7');
      expect(await body().innerText()).to.contain('"reward_definition_id": 7');
      expect(await main().innerText())
        .to.contain('https://<your gateway>/bloom/')
        .and.to.contain('Your platform team knows the host');
    });

    it('checks a body by the rules of the gateway', async () => {
      await visitAs(operator, '/step');
      const pasted = visit.page.getByLabel('Body from the preview');
      await pasted.fill('{ "amount": "$25.00" }');
      await button('Check').click();
      await main().getByText('data.amount must be a plain number').waitFor();
      await pasted.fill('{ "amount": 25 }');
      await button('Check').click();
      await main().getByText('The gateway takes this body.').waitFor();
      expect(await main().innerText()).to.contain('It has no id');
      expect(stub.asked.map(({ path }) => path)).to.deep.equal([
        '/api/v1/tenants/acme/checks',
        '/api/v1/tenants/acme/checks',
      ]);
    });

    it('rehearses a body, and says what would become of it', async () => {
      await visitAs(operator, '/step');
      const pasted = visit.page.getByLabel('Body from the preview');
      await pasted.fill('{ "amount": "$25.00" }');
      await button('Rehearse').click();
      await main().getByText('It would be refused.').waitFor();
      expect(await main().innerText()).to.contain('data.amount must be a plain number');
      await pasted.fill('{ "amount": 10 }');
      await button('Rehearse').click();
      await main().getByText('It would issue 10 of definition 42 to the customer found by e-mail.').waitFor();
      expect(await main().innerText()).to.contain('nothing was issued');
      expect(await visit.axe()).to.deep.equal([]);
      expect(stub.asked.at(-1)).to.deep.equal({
        method: 'POST',
        path: '/api/v1/tenants/acme/rehearsals',
        body: { action: 'rewards', body: '{ "amount": 10 }' },
      });
    });

    it('offers a viewer a check, and no rehearsal', async () => {
      await visitAs(viewer, '/step');
      expect(await button('Check').count()).to.equal(1);
      expect(await button('Rehearse').count()).to.equal(0);
    });
  });

  describe('for everybody', () => {
    /** What has the focus, by its name. */
    const focused = () =>
      visit.page.evaluate<string>(
        'document.activeElement === document.body ? "" : document.activeElement.innerText',
      );
    const isInDialog = () =>
      visit.page.evaluate<boolean>('document.activeElement?.closest("dialog") !== null');

    async function press(key: string, until: string): Promise<void> {
      for (let presses = 0; presses < 60; presses += 1) {
        await visit.page.keyboard.press(key);
        if ((await focused()).includes(until)) return;
      }
      expect.fail(`${key} does not lead to ${until}`);
    }

    it('works by keyboard alone, and shows where the focus is', async () => {
      await visitAs(undefined);
      await visit.page.getByLabel('Token').waitFor();
      await visit.page.keyboard.press('Tab');
      await visit.page.keyboard.type(operator);
      await visit.page.keyboard.press('Enter');
      await visit.loaded();
      await press('Tab', 'Skip to the content');
      await press('Tab', 'Deliveries');
      expect(await visit.page.evaluate('getComputedStyle(document.activeElement).outlineStyle')).to.equal(
        'solid',
      );
      await visit.page.keyboard.press('Enter');
      await visit.loaded();
      expect(await focused()).to.equal('Deliveries');
      await press('Tab', 'reward definition 42');
      await press('Tab', 'reward definition 42');
      await press('Tab', 'reward definition 42');
      await visit.page.keyboard.press('Enter');
      await visit.loaded();
      await press('Tab', 'Discard…');
      await visit.page.keyboard.press('Enter');
      await visit.page.keyboard.type('By keyboard');
      await visit.page.keyboard.press('Enter');
      await main().getByText('Discarded.', { exact: true }).waitFor();
      expect(stub.asked.at(-1)?.body).to.deep.equal({ why: 'By keyboard' });
    });

    it('keeps the focus in a dialog, and gives it back', async () => {
      await visitAs(operator, `/deliveries/${parked.delivery_id}`);
      await press('Tab', 'Replay…');
      await visit.page.keyboard.press('Enter');
      await dialog().waitFor();
      for (const key of ['Tab', 'Shift+Tab'])
        for (let presses = 0; presses < 8; presses += 1) {
          await visit.page.keyboard.press(key);
          expect(await isInDialog(), `${key} ${presses}`).to.equal(true);
        }
      await visit.page.keyboard.press('Escape');
      await dialog().waitFor({ state: 'detached' });
      expect(await focused()).to.equal('Replay…');
    });

    it('moves nothing for those who want it so', async () => {
      await visitAs(operator, '/', { reducedMotion: 'reduce' });
      expect(
        await visit.page.evaluate('getComputedStyle(document.querySelector("button")).transitionDuration'),
      ).to.equal('0s');
    });

    const pages: [name: string, path: string, open?: () => Promise<void>][] = [
      ['signing in', ''],
      ['the overview', '/'],
      ['the deliveries', '/deliveries?tenant=acme&state=parked'],
      ['a delivery', `/deliveries/${adas.delivery_id}`],
      [
        'a parked delivery and its webhook',
        `/deliveries/${parked.delivery_id}`,
        () => button('Open the webhook').click(),
      ],
      ['the dialog of a replay', `/deliveries/${parked.delivery_id}`, openCorrection],
      ['the dialog of many', '/deliveries?tenant=acme&state=parked', () => button('Discard all…').click()],
      [
        'a step',
        '/step',
        () =>
          visit.page
            .getByLabel('Reward definition')
            .selectOption('42')
            .then(() => undefined),
      ],
      ['a page that is not there', '/nowhere'],
    ];

    async function openCorrection(): Promise<void> {
      await button('Replay…').click();
      await dialog().getByLabel('Correct the webhook first').check();
    }

    for (const [name, path, open] of pages)
      it(`has no fault that axe finds, and fits: ${name}, at 1280 and 360 px, light and dark`, async () => {
        await visitAs(path === '' ? undefined : operator, path || '/', { reducedMotion: 'reduce' });
        await open?.();
        await visit.loaded();
        for (const width of [1280, 360])
          for (const colorScheme of ['light', 'dark'] as const) {
            await visit.page.setViewportSize({ width, height: 800 });
            await visit.page.emulateMedia({ colorScheme });
            expect(await visit.axe(), `${width} px, ${colorScheme}`).to.deep.equal([]);
            expect(await visit.page.evaluate('document.documentElement.scrollWidth')).to.be.at.most(width);
            const ground = await visit.page.evaluate('getComputedStyle(document.body).backgroundColor');
            expect(ground).to.equal(colorScheme === 'dark' ? 'rgb(18, 22, 28)' : 'rgb(247, 248, 250)');
          }
      });

    it('would be told by axe of a fault', async () => {
      await visitAs(operator);
      await visit.page.evaluate('document.querySelector("h1").innerHTML = "<img src=data:,>"');
      expect((await visit.axe()).join()).to.contain('image-alt');
    });
  });

  describe('its pictures in docs/images', () => {
    const pictures: [name: string, path: string, open?: () => Promise<void>][] = [
      ['console-overview', '/'],
      ['console-delivery', `/deliveries/${adas.delivery_id}`],
      ['console-step', '/step', chooseDefinition],
    ];

    async function chooseDefinition(): Promise<void> {
      await visit.page.getByLabel('Reward definition').selectOption('42');
      await visit.page.getByLabel('Name of the Flow').fill('winback');
    }

    for (const [name, path, open] of pictures)
      it(`are small, and are made anew with UPDATE_SCREENSHOTS=1 alone: ${name}.png`, async () => {
        await visitAs(operator, path, { width: 760, height: 520 });
        await open?.();
        await visit.page.evaluate('document.activeElement.blur()');
        const picture = await visit.page.screenshot({ animations: 'disabled' });
        const file = new URL(`../../docs/images/${name}.png`, import.meta.url);
        if (env['UPDATE_SCREENSHOTS'] === '1') await writeFile(file, picture);
        expect((await readFile(file)).length).to.be.below(70_000);
      });
  });
});
