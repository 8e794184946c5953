/** A real Prometheus that scrapes the gateways of a test. */
import { writeFile } from 'node:fs/promises';
import { fileURLToPath } from 'node:url';
import { join } from 'node:path';
import { stringify } from 'yaml';
import { rulesFile } from '../monitoring/files.ts';
import { temporaryFolder } from './folder.ts';
import { onFreePort } from './ports.ts';
import { startProcess } from './process.ts';
import { tool } from './tools/tool.ts';

/** A gateway's admin port, and the labels that the Prometheus operator would give its series. */
export type Target = { readonly url: string; readonly namespace: string };

export type Series = {
  readonly metric: Readonly<Record<string, string>>;
  readonly value: readonly [time: number, value: string];
};

export type Rule = { readonly name: string; readonly health: string; readonly lastError?: string };

export type Prometheus = {
  /** An instant query; an Error if Prometheus refuses it. */
  query(expr: string): Promise<readonly Series[]>;
  labelValues(label: string, selector: string): Promise<readonly string[]>;
  /** The labels of the exemplars of these series in the last minutes. */
  exemplars(selector: string): Promise<readonly Readonly<Record<string, string>>[]>;
  /** The chart's rules, once they were evaluated. */
  rules(): Promise<readonly Rule[]>;
  stop(): Promise<void>;
};

/** Starts a Prometheus that scrapes every second and evaluates the rules of the chart. */
export async function startPrometheus(targets: readonly Target[]): Promise<Prometheus> {
  const folder = await temporaryFolder('prometheus');
  try {
    const config = join(folder.path, 'prometheus.yml');
    await writeFile(config, configOf(targets));
    const { url, stop } = await onFreePort(async (port) => {
      const running = await startProcess({
        command: await tool('prometheus'),
        args: [
          `--config.file=${config}`,
          `--storage.tsdb.path=${join(folder.path, 'data')}`,
          `--web.listen-address=127.0.0.1:${port}`,
          '--enable-feature=exemplar-storage',
        ],
        cwd: folder.path,
        ready: /Server is ready to receive web requests/,
        readyTimeoutMs: 60_000,
        log: join(folder.path, 'prometheus.log'),
      });
      return { url: `http://127.0.0.1:${port}`, stop: () => running.stop() };
    });
    return {
      ...apiAt(url),
      async stop() {
        await stop();
        await folder.remove();
      },
    };
  } catch (error) {
    await folder.remove();
    throw error;
  }
}

function configOf(targets: readonly Target[]): string {
  return stringify({
    global: { scrape_interval: '1s', evaluation_interval: '1s' },
    rule_files: [fileURLToPath(rulesFile)],
    scrape_configs: [
      {
        job_name: 'gateway',
        static_configs: targets.map(({ url, namespace }) => ({
          targets: [new URL(url).host],
          labels: { namespace },
        })),
      },
    ],
  });
}

function apiAt(url: string): Omit<Prometheus, 'stop'> {
  return {
    async query(expr) {
      const { result } = (await ask(url, 'query', { query: expr })) as { result: Series[] };
      return result;
    },
    labelValues: async (label, selector) =>
      (await ask(url, `label/${label}/values`, { 'match[]': selector })) as string[],
    async exemplars(selector) {
      const now = Date.now() / 1000;
      const range = { start: String(now - 600), end: String(now + 1) };
      const found = (await ask(url, 'query_exemplars', { query: selector, ...range })) as {
        exemplars: { labels: Readonly<Record<string, string>> }[];
      }[];
      return found.flatMap(({ exemplars }) => exemplars.map(({ labels }) => labels));
    },
    async rules() {
      const { groups } = (await ask(url, 'rules', {})) as { groups: { rules: Rule[] }[] };
      return groups.flatMap(({ rules }) => rules);
    },
  };
}

async function ask(url: string, path: string, form: Readonly<Record<string, string>>): Promise<unknown> {
  const answer = await fetch(`${url}/api/v1/${path}?${String(new URLSearchParams(form))}`);
  const { data, error } = (await answer.json()) as { data?: unknown; error?: string };
  if (!answer.ok) throw new Error(`Prometheus: ${error ?? String(answer.status)}`);
  return data;
}
