/** A visit to the console in a real browser, which notes everything that a page must not do. */
import { readFile } from 'node:fs/promises';
import { createRequire } from 'node:module';
import {
  type Browser,
  type BrowserContext,
  type Page,
  type Request,
  type Response,
  chromium,
} from 'playwright-core';
import { deviationsOf } from '../../console/openapidocument.ts';
import { eventually } from '../time.ts';
import { tool } from '../tools/tool.ts';

type AxeResult = Readonly<{ violations: readonly { id: string; nodes: readonly { html: string }[] }[] }>;

const axe = createRequire(import.meta.url).resolve('axe-core/axe.min.js');

/** A browser without a window. */
export async function startBrowser(): Promise<Browser> {
  // Its own sandbox is not to be had as root, or in most containers. Greys make smaller pictures than colours.
  const args = ['--no-sandbox', '--disable-lcd-text'];
  return chromium.launch({ executablePath: await tool('chromium'), args });
}

export type VisitOptions = Readonly<{
  url: string;
  width?: number;
  height?: number;
  colorScheme?: 'light' | 'dark';
  reducedMotion?: 'reduce' | 'no-preference';
  /** Where else its browser may go: the provider that people sign in at. */
  elsewhere?: string;
  /** When it is, in milliseconds since the epoch; the real time if absent. */
  now?: number;
}>;

export class Visit {
  readonly page: Page;
  /** Violations of the policy, errors of scripts, requests to elsewhere, and answers that docs/openapi.yaml does not have. */
  readonly faults: string[] = [];
  readonly #context: BrowserContext;
  readonly #url: string;
  readonly #places: readonly string[];
  readonly #checking: Promise<void>[] = [];
  readonly #underWay = new Set<Request>();

  private constructor(context: BrowserContext, page: Page, { url, elsewhere }: VisitOptions) {
    this.#context = context;
    this.page = page;
    this.#url = url;
    this.#places = [url, ...(elsewhere === undefined ? [] : [elsewhere])];
  }

  static async start(browser: Browser, options: VisitOptions): Promise<Visit> {
    const {
      width = 1280,
      height = 800,
      colorScheme = 'light',
      reducedMotion = 'no-preference',
      now,
    } = options;
    const context = await browser.newContext({
      viewport: { width, height },
      ...{ colorScheme, reducedMotion, locale: 'en-GB', timezoneId: 'UTC' },
      permissions: ['clipboard-read', 'clipboard-write'],
    });
    context.setDefaultTimeout(20_000);
    const page = await context.newPage();
    if (now !== undefined) await page.clock.setFixedTime(now);
    const visit = new Visit(context, page, options);
    visit.#listen();
    return visit;
  }

  /** Opens an address of the console, and signs in by a token if one is given. */
  async open(path: string, token?: string): Promise<void> {
    await this.page.goto(`${this.#url}${path}`);
    if (token === undefined) return;
    await this.page.getByLabel('Token').fill(token);
    await this.page.getByRole('button', { name: 'Use this token' }).click();
    await this.page.getByRole('navigation').waitFor();
    await this.loaded();
  }

  /** Nothing is being loaded any more: what the page was told to do begins within a frame or two. */
  async loaded(): Promise<void> {
    let calmFrames = 0;
    await eventually(
      'a page that is loaded',
      async () => {
        await this.page.evaluate(
          'new Promise((done) => requestAnimationFrame(() => requestAnimationFrame(done)))',
        );
        const isCalm = this.#underWay.size === 0 && !(await this.#saysLoading());
        calmFrames = isCalm ? calmFrames + 1 : 0;
        return calmFrames === 3;
      },
      { timeoutMs: 20_000 },
    );
  }

  async #saysLoading(): Promise<boolean> {
    return (await this.page.getByText('Loading…', { exact: true }).count()) > 0;
  }

  /** What axe finds on the page as it is. */
  async axe(): Promise<readonly string[]> {
    // By the debugger, for which the policy of the page need not be weakened.
    const debugging = await this.#context.newCDPSession(this.page);
    await debugging.send('Runtime.evaluate', { expression: await readFile(axe, 'utf8') });
    const { violations } = await this.page.evaluate<AxeResult>(
      'axe.run(document, { resultTypes: ["violations"] })',
    );
    return violations.flatMap(({ id, nodes }) => nodes.map(({ html }) => `${id}: ${html}`));
  }

  /** Everything that others could read later: the address, the history, the storages, the cookies. */
  async traces(): Promise<string> {
    const stored = await this.page.evaluate(
      'JSON.stringify([location.href, document.title, history.state, { ...localStorage }, { ...sessionStorage }, document.cookie])',
    );
    return `${String(stored)} ${JSON.stringify(await this.#context.cookies())}`;
  }

  /** Ends the visit; gives what was noted. */
  async end(): Promise<readonly string[]> {
    await Promise.all(this.#checking);
    await this.#context.close();
    return this.faults;
  }

  #listen(): void {
    const { page, faults } = this;
    page.on('pageerror', (error) => faults.push(`error: ${error.message}`));
    page.on('console', (message) => {
      // A browser says so itself when an answer is a failure.
      if (message.type() === 'error' && !message.text().startsWith('Failed to load resource'))
        faults.push(message.text());
    });
    page.on('requestfinished', (request) => this.#underWay.delete(request));
    page.on('requestfailed', (request) => this.#underWay.delete(request));
    page.on('request', (request) => {
      this.#underWay.add(request);
      if (!this.#places.some((place) => request.url().startsWith(place)))
        faults.push(`request to ${request.url()}`);
    });
    page.on('response', (response) => this.#checking.push(this.#check(response)));
  }

  /** Holds what goes over the wire against docs/openapi.yaml. */
  async #check(response: Response): Promise<void> {
    const request = response.request();
    const { pathname, search } = new URL(request.url());
    if (!pathname.startsWith('/api/')) return;
    // The page was left before it had the answer.
    const body = await response.text().catch(() => undefined);
    if (body === undefined) return;
    const exchange = {
      method: request.method(),
      target: `${pathname}${search}`,
      sent: request.postDataJSON() as unknown,
      status: response.status(),
      contentType: response.headers()['content-type'] ?? '',
      received: JSON.parse(body) as unknown,
    };
    this.faults.push(...deviationsOf(exchange).map((text) => `${exchange.method} ${pathname}: ${text}`));
  }
}
