import { expect } from 'chai';
import { readAlerts } from '../monitoring/files.ts';
import { at, isDashboard, render, type Values } from './chart.ts';
import { needTools } from './needs.ts';

type Rule = Readonly<{ alert?: string; annotations?: Readonly<Record<string, string>> }>;

/** The alerts of a release with these values of prometheusRule, those of users among them. */
async function alertsWith(prometheusRule: Values, more: Values = {}): Promise<readonly Rule[]> {
  const values = {
    renderMode: 'alwaysRender',
    prometheusRule: { enabled: true, ...prometheusRule },
    ...more,
  };
  const rule = (await render({ values })).find(({ kind }) => kind === 'PrometheusRule');
  const groups = at(rule, 'spec.groups') as readonly { rules: readonly Rule[] }[];
  return groups.flatMap(({ rules }) => rules).filter(({ alert }) => alert !== undefined);
}

const linksOf = (rules: readonly Rule[], name: string): readonly (string | undefined)[] =>
  rules.map(({ annotations }) => annotations?.[name]);

describe('the links of the alerts', () => {
  before(async function () {
    await needTools(this, 'helm');
  });

  it('are left out while nobody says where they begin', async () => {
    const alerts = await alertsWith({});
    expect(alerts).to.have.length((await readAlerts()).length);
    for (const { annotations } of alerts) {
      expect(annotations)
        .to.include.keys('summary', 'description')
        .and.not.have.any.keys('runbook_url', 'dashboard');
    }
  });

  for (const base of ['https://git.example.com/omneo-gateway/blob/main', 'http://git.example.com/main/']) {
    it(`lead to the runbooks below ${base}`, async () => {
      const runbooks = `${base.replace(/\/$/, '')}/docs/runbooks.md`;
      const expected = (await readAlerts()).map(({ alert }) => `${runbooks}#${alert.toLowerCase()}`);
      expect(linksOf(await alertsWith({ runbookBaseURL: base }), 'runbook_url')).to.deep.equal(expected);
    });
  }

  it('lead to the dashboard that the release has', async () => {
    const dashboards = { dashboards: { enabled: true } };
    const configMap = (await render({ values: dashboards })).find(isDashboard);
    const [text = ''] = Object.values(configMap?.['data'] as Record<string, string>);
    const { uid } = JSON.parse(text) as { uid: string };
    const alerts = await alertsWith({ dashboardBaseURL: 'https://grafana.example.com' }, dashboards);
    for (const link of linksOf(alerts, 'dashboard')) {
      expect(link).to.contain(`https://grafana.example.com/d/${uid}?var-namespace={{ $labels.namespace }}`);
    }
  });

  it('lead to the dashboard that was imported by hand, if the release has none', async () => {
    for (const link of linksOf(
      await alertsWith({ dashboardBaseURL: 'https://a.example/grafana/' }),
      'dashboard',
    )) {
      expect(link).to.match(/^https:\/\/a\.example\/grafana\/d\/omneo-gateway\?/);
    }
  });

  it('are left alone in rules that users add', async () => {
    const annotations = { runbook_url: 'own.md', dashboard: '/d/own' };
    const rules = [{ alert: 'Own', expr: 'vector(1)', annotations }];
    const alerts = await alertsWith({ additionalGroups: [{ name: 'own', rules }] });
    expect(alerts.at(-1)?.annotations).to.deep.equal(annotations);
  });
});
