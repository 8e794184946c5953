import { globSync } from 'node:fs';
import { expect } from 'chai';
import { parse } from 'yaml';
import { tenantJsonSchema } from '../scripts/crdschema.ts';
import { settings } from '../src/config/config.ts';
import { parkedReasons, waitingReasons } from '../src/ledger/deliveries/deliveries.ts';
import { problems } from '../src/lib/problem.ts';
import { deliveryFields } from '../src/telemetry/deliverylog.ts';
import { createMetrics } from '../src/telemetry/metrics.ts';
import { Registry } from '../src/tenants/registry.ts';
import { resolve } from '../src/tenants/resolve.ts';
import type { JsonSchema } from '../src/tenants/schema/schema.ts';
import { tenantCheck } from '../src/tenants/schema/tenantcheck.ts';
import { startGateway, tenantObject } from './support/gateway.ts';
import { bare, commandsOf, rowsOf } from './support/markdown.ts';
import { readText, root } from './support/pages.ts';
import { textOf } from './support/prometheus.ts';
import { crdText } from './tenants/support.ts';

const tenantSchema = tenantJsonSchema(crdText);

describe('the README', () => {
  let readme: string;

  before(async () => {
    readme = await readText('README.md');
  });

  it('lists every error code with its status, and none that does not exist', () => {
    const documented = rowsOf(readme, 'code', 'status', 'Klaviyo').map(([code, status, klaviyo]) => [
      bare(code),
      Number(status),
      klaviyo,
    ]);
    const retried = new Set([429, 500, 502, 503]);
    const real = Object.entries(problems).map(([code, { status }]) => [
      code,
      status,
      retried.has(status) ? 'tries again' : 'drops it',
    ]);
    expect(documented).to.deep.equal(real);
  });

  it('installs by the commands that the page on the install has too', async () => {
    const page = commandsOf(await readText('docs/install.md'));
    expect(commandsOf(readme).get('Install on Kubernetes')).to.deep.equal([page.get('Install')?.[0]]);
  });

  it('has the body of the step in Klaviyo that the page for marketers has', async () => {
    const bodyOf = (markdown: string): string | undefined =>
      /^ *{\n *"id": "{{ [^]*?^ *}$/m.exec(markdown)?.[0];
    expect(bodyOf(readme)).to.contain('"reward_definition_id"');
    expect(bodyOf(await readText('docs/klaviyo.md'))).to.equal(bodyOf(readme));
  });
});

describe('the page on troubleshooting', () => {
  it('says what to do about every error code, by its status, and about none that does not exist', async () => {
    const page = await readText('docs/troubleshooting.md');
    const symptoms = rowsOf(page, 'symptom', 'what it means').flatMap(([symptom]) => {
      const [named] = /^\d{3} \w+/.exec(bare(symptom)) ?? [];
      expect(named !== undefined || !/^\d/.test(symptom ?? ''), `a code in "${symptom ?? ''}"`).to.equal(
        true,
      );
      return named === undefined ? [] : [named];
    });
    const real = Object.entries(problems).map(([code, { status }]) => `${status} ${code}`);
    expect([...new Set(symptoms)]).to.have.members(real);
  });
});

describe('what the page on troubleshooting quotes of a log', () => {
  it('is what the gateway says', async () => {
    const page = await readText('docs/troubleshooting.md');
    const [, part = ''] = page.split('## The gateway does not start');
    const symptoms = rowsOf(part.split('\n## ')[0] ?? '', 'symptom', 'what it means').map(
      ([cell]) => cell ?? '',
    );
    const quoted = symptoms.flatMap((cell) =>
      [...cell.matchAll(/"([^"]+?)(?: …)?"/g)].map(([, text]) => text ?? ''),
    );
    expect(quoted).to.have.length.above(6);
    const source = (await Promise.all(globSync('src/ledger/**/*.ts', { cwd: root }).map(readText))).join(
      '\n',
    );
    expect(quoted.filter((text) => !source.includes(text))).to.deep.equal([]);
  });
});

describe('the page for marketers', () => {
  it('says what to do about every status that there is', async () => {
    const rows = rowsOf(await readText('docs/klaviyo.md'), 'Klaviyo shows', 'what it means');
    const documented = rows.flatMap(([shown = '']) => shown.split(', ').map(Number));
    const real = Object.values(problems).map(({ status }) => status);
    expect(documented).to.have.members([200, 202, ...new Set(real)]);
  });
});

describe('the page on tenants', () => {
  it('lists every field of delivery with the values and the default that the CRD has', async () => {
    const page = await readText('docs/kubernetes.md');
    const documented = rowsOf(page, 'field', 'values', 'default').map(([field, values, initial]) => [
      bare(field),
      bare(values),
      bare(initial),
    ]);
    const { delivery, omneo } = tenantSchema.properties?.['spec']?.properties ?? {};
    const { callsPerMinute } = omneo?.properties ?? {};
    const of = (field: JsonSchema | undefined) => (field?.enum ?? []).join(', ');
    const { mode, profileNotFound, giveUpAfter, ...others } = delivery?.properties ?? {};
    expect(Object.keys(others), 'fields without a row').to.deep.equal([]);
    expect(documented).to.deep.equal([
      ['delivery.mode', of(mode), 'Durable if the ledger can'],
      ['delivery.profileNotFound', of(profileNotFound), profileNotFound?.['default']],
      ['delivery.giveUpAfter', 'hours, days or weeks: 12h, 3d', giveUpAfter?.['default']],
      [
        'omneo.callsPerMinute',
        `${String(callsPerMinute?.['minimum'])} to ${String(callsPerMinute?.['maximum'])}`,
        'none',
      ],
    ]);
  });

  it('shows the columns that kubectl does', async () => {
    const [, heads = ''] = /^(NAMESPACE +NAME .*)$/m.exec(await readText('docs/kubernetes.md')) ?? [];
    const crd = parse(await readText('crds/omneotenants.omneo.io.yaml')) as {
      spec: { versions: [{ additionalPrinterColumns: { name: string; priority?: number }[] }] };
    };
    const columns = crd.spec.versions[0].additionalPrinterColumns.filter(
      ({ priority = 0 }) => priority === 0,
    );
    expect(heads.split(/ +/)).to.deep.equal([
      'NAMESPACE',
      'NAME',
      ...columns.map(({ name }) => name.toUpperCase()),
    ]);
  });
});

describe('the page on guard rails', () => {
  it('lists every field of limits with the values that the CRD takes', async () => {
    const page = await readText('docs/guardrails.md');
    const documented = rowsOf(page, 'field', 'values', 'if absent').map(([field, values]) => [
      bare(field),
      bare(values),
    ]);
    const { limits } = tenantSchema.properties?.['spec']?.properties ?? {};
    const { rewardDefinitions, maxAmount, perDay, perProfilePerDay, ...others } = limits?.properties ?? {};
    expect(Object.keys(others), 'fields without a row').to.deep.equal([]);
    const range = (least: unknown, most: unknown) => `${String(least)} to ${String(most)}`;
    const amount = `${range(maxAmount?.['minimum'], maxAmount?.['maximum'])}, at most two decimals`;
    const ids = range(rewardDefinitions?.['minItems'], rewardDefinitions?.['maxItems']);
    expect(documented).to.deep.equal([
      ['limits.rewardDefinitions', `${ids} ids, as Omneo has them`],
      ['limits.maxAmount', amount],
      ...Object.entries({ perDay, perProfilePerDay }).flatMap(([name, budget]) =>
        Object.entries(budget?.properties ?? {}).map(([part, { minimum, maximum }]) => [
          `limits.${name}.${part}`,
          range(minimum, maximum) + (part === 'amount' ? ', at most two decimals' : ''),
        ]),
      ),
    ]);
  });

  it('has specs that a tenant may have, as they stand', async () => {
    const page = await readText('docs/guardrails.md');
    const specs = [...page.matchAll(/^```yaml\n([\s\S]*?)^```$/gm)].map(
      ([, text = '']) => (parse(text) as { spec: object }).spec,
    );
    const fields = specs.flatMap((spec) => Object.keys(spec));
    expect(fields).to.deep.equal(['limits', 'klaviyo', 'klaviyo']);
    const policy = { hosts: ['.getomneo.com'], allowInsecure: false, canAcceptDurably: true };
    for (const spec of specs) {
      const object = tenantObject('acme', { baseURL: 'https://api.acme.getomneo.com/api/v3', spec });
      const checked = tenantCheck()(object);
      expect(checked).not.to.have.property('violations');
      const secrets = (name: string) =>
        new Map(
          ['token', 'webhook-secret', 'winback', 'birthday', 'rehearsal'].map((key) => [
            key,
            `a-value-of-${name}/${key}`,
          ]),
        );
      expect(resolve(object, secrets, policy)).to.have.property('tenant');
    }
  });

  it('lists every field that a webhook secret has beside its place, with the values that the CRD takes', async () => {
    const page = await readText('docs/guardrails.md');
    const documented = rowsOf(page, 'field of a secret', 'values').map(([field, values]) => [
      bare(field),
      bare(values),
    ]);
    const { klaviyo } = tenantSchema.properties?.['spec']?.properties ?? {};
    const { name, key, actions, rewardDefinitions, ...others } =
      klaviyo?.properties?.['secretRefs']?.items?.properties ?? {};
    expect(Object.keys(others), 'fields without a row').to.deep.equal([]);
    expect([name, key]).not.to.include(undefined);
    expect(documented).to.deep.equal([
      ['actions', actions?.items?.enum?.join(', ')],
      [
        'rewardDefinitions',
        `${String(rewardDefinitions?.['minItems'])} to ${String(rewardDefinitions?.['maxItems'])} ids, as Omneo has them`,
      ],
    ]);
  });
});

describe('the page on the configuration', () => {
  it('lists every variable with its default and its meaning', async () => {
    const page = await readText('docs/configuration.md');
    const documented = rowsOf(page, 'variable', 'default').map(([variable, initial, help]) => [
      bare(variable),
      initial === 'unset' ? '' : bare(initial),
      help,
    ]);
    const real = Object.values(settings).map(({ variable, initial, help }) => [variable, initial, help]);
    expect(documented).to.deep.equal(real);
  });
});

describe('the page on operating', () => {
  it('says of each reason for which a delivery waits or is parked what it means and what to do', async () => {
    const rows = rowsOf(
      await readText('docs/operating.md'),
      'state',
      'reason',
      'what it means',
      'what to do',
    );
    const real = [
      ...waitingReasons.map((reason) => ['waiting', reason]),
      ...parkedReasons.map((reason) => ['parked', reason]),
    ];
    expect(rows.map(([state, reason]) => [bare(state), bare(reason)])).to.deep.equal(real);
    expect(rows.filter((cells) => cells.length !== 4 || cells.includes(''))).to.deep.equal([]);
  });
});

describe('the page on exactly once', () => {
  /** Where the tests are that the page calls by a word. */
  const words: Readonly<Record<string, string>> = {
    contract: 'test/ledger/contract.ts',
    'delivery contract': 'test/ledger/deliverycontract.ts',
    'delivery admin contract': 'test/ledger/deliveryadmincontract.ts',
    'budget contract': 'test/ledger/budgetcontract.ts',
    'outbox contract': 'test/ledger/outboxcontract.ts',
    model: 'test/ledger/{model.test.ts,model/*.ts}',
  };

  /** Each quoted title with the word or the file before it, which goes for all that follow it. */
  function quotesOf(markdown: string): [where: string, title: string][] {
    let where = '';
    const parts = markdown.matchAll(
      /\b((?:budget\s+|outbox\s+|delivery\s+(?:admin\s+)?)?contract|model):\s+(?=")|`(?:test\/[\w/]*\/)?(\w[\w-]*\.test\.ts)`:\s+(?=")|"([^"]+)"/g,
    );
    return [...parts].flatMap(([, word, file, title]): [string, string][] => {
      where =
        word === undefined
          ? file === undefined
            ? where
            : `test/**/${file}`
          : (words[word.replaceAll(/\s+/g, ' ')] ?? '');
      return title === undefined ? [] : [[where, title.replaceAll(/\s+/g, ' ')]];
    });
  }

  it('quotes no title of a test that there is not, in the file that it names', async () => {
    const quotes = quotesOf(await readText('docs/exactly-once.md'));
    expect(quotes).to.have.length.above(40);
    const missing: string[] = [];
    for (const [where, title] of quotes) {
      const files = globSync(where, { cwd: root });
      const source = (await Promise.all(files.map(readText))).join('\n').replaceAll("\\'", "'");
      if (!source.includes(title)) missing.push(`${where}: ${title}`);
    }
    expect(missing).to.deep.equal([]);
  });
});

describe('the page on exactly once, of a webhook that goes on as another delivery', () => {
  it('says what ends and what stays', async () => {
    const page = (await readText('docs/exactly-once.md')).replaceAll(/\s+/g, ' ');
    const [, part = ''] = page.split('No way leads from');
    expect(part.split('**When too many')[0])
      .to.contain('its own id and events end')
      .and.to.contain('the log keeps who replayed it');
  });
});

describe('the page on metrics and logs', () => {
  let page: string;

  before(async () => {
    page = await readText('docs/metrics.md');
  });

  it('lists every metric with its labels', async () => {
    const documented = new Map(
      rowsOf(page, 'metric', 'labels')
        .filter(([name]) => bare(name).startsWith('omneo_gateway_'))
        .map(([name, labels]) => [bare(name), bare(labels)]),
    );
    const text = await textOf(createMetrics(new Registry(), '0'));
    const real = [...text.matchAll(/^# TYPE (omneo_gateway_\S+)/gm)].map(([, name]) => name);
    expect([...documented.keys()]).to.have.members(real);
  });

  it('lists every key of the log line of a webhook', async () => {
    const documented = rowsOf(page, 'key', 'meaning').flatMap(([keys]) => bare(keys).split(', '));
    const gateway = await startGateway();
    await gateway.post('nobody', {});
    await gateway.stop();
    const line = gateway.logs.find(({ msg }) => msg === 'webhook');
    expect(documented).to.have.members([...Object.keys(line ?? {}), 'delivery_id']);
  });

  it('lists every key of the log line of an attempt, and every result and reason that it can have', () => {
    const rows = rowsOf(page, 'key of an attempt', 'meaning');
    const claim = { key: '', owner: '', externalId: '', leasedUntil: 0 };
    const held = { claim, claimedAt: 0, result: 'won' } as const;
    const content = { webhook: Uint8Array.of(), summary: '{}' };
    const names = { id: '', tenant: '', action: '', fingerprint: '', externalId: null };
    const counted = { attempts: 1, lapses: 0, since: 0, triedSince: 0, isReleased: false };
    const taken = { ...names, held, ...content, ...counted };
    const keys = Object.keys(deliveryFields({ taken, seconds: 1, end: { error: new Error('no') } }));
    expect(rows.flatMap(([cell]) => bare(cell).split(', '))).to.have.members([
      'time',
      'level',
      'msg',
      ...keys,
    ]);
  });

  it('lists every outcome of a webhook, every result of a claim and every operation of the ledger', async () => {
    const sourceOf = async (file: string, start: RegExp): Promise<string[]> => {
      const [union = ''] = start.exec(await readText(file)) ?? [];
      return [...union.matchAll(/\| '(\w+)'/g)].map(([, name = '']) => name);
    };
    const outcomes = await sourceOf('src/lib/problem.ts', /^export type Outcome =[^;]*;/m);
    const operations = await sourceOf('src/ledger/wrapledger.ts', /^export type LedgerOperation =[^;]*;/m);
    expect(outcomes).to.have.length.above(9);
    expect(operations).to.have.length.above(9);
    const [, listed = ''] = /^\| `outcome` +\| (.*) \|$/m.exec(page) ?? [];
    expect([...listed.matchAll(/`(\w+)`/g)].map(([, name]) => name)).to.have.members(outcomes);
    const [, named = ''] = /The `operation` of the ledger is ([^.]*)\./.exec(page) ?? [];
    expect([...named.matchAll(/`(\w+)`/g)].map(([, name]) => name)).to.have.members(operations);
    const [claims = ''] = /^\| `omneo_gateway_ledger_claims_total`.*$/m.exec(page) ?? [];
    for (const result of [
      'won',
      'unconfirmed',
      'issued',
      'busy',
      'accepted',
      'mismatch',
      'full',
      'unavailable',
    ])
      expect(claims).to.contain(`\`${result}\``);
  });

  it('lists no other log line than those that are written', async () => {
    const files = globSync('src/**/*.ts', { cwd: root });
    const source = (await Promise.all(files.map(readText))).join('\n');
    const parts = rowsOf(page, 'message', 'level').flatMap(([message]) => bare(message).split('…'));
    const texts = parts.map((part) => part.trim()).filter((part) => part !== '');
    expect(texts).to.have.length.above(9);
    expect(texts.filter((text) => !source.includes(text))).to.deep.equal([]);
  });
});
