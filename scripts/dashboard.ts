/** Generates the chart's Grafana dashboard from the panels of dashboardpanels.ts. */
import { writeFile } from 'node:fs/promises';
import { type Builder } from '@grafana/grafana-foundation-sdk/cog';
import * as common from '@grafana/grafana-foundation-sdk/common';
import * as grafana from '@grafana/grafana-foundation-sdk/dashboard';
import { DataqueryBuilder } from '@grafana/grafana-foundation-sdk/prometheus';
import { PanelBuilder as StatBuilder } from '@grafana/grafana-foundation-sdk/stat';
import { PanelBuilder as TimelineBuilder } from '@grafana/grafana-foundation-sdk/statetimeline';
import { PanelBuilder as TimeseriesBuilder } from '@grafana/grafana-foundation-sdk/timeseries';
import { type Panel, rows } from './dashboardpanels.ts';

const file = new URL('../charts/omneo-gateway/files/dashboards/omneo-gateway.json', import.meta.url);
const datasource = { type: 'prometheus', uid: '${datasource}' };

/** The text of omneo-gateway.json. */
export function dashboardText(): string {
  // eslint-disable-next-line @typescript-eslint/no-deprecated -- in favour of the resource of Grafana's own API
  const dashboard = new grafana.DashboardBuilder('Omneo gateway')
    .uid('omneo-gateway')
    .description('Webhooks of Klaviyo Flows that become rewards in Omneo, by tenant.')
    .tags(['omneo-gateway'])
    .readonly()
    .tooltip(grafana.DashboardCursorSync.Crosshair)
    .time({ from: 'now-6h', to: 'now' })
    .refresh('1m')
    .variables(variables());
  for (const { title, panels } of rows) {
    dashboard.withRow(new grafana.RowBuilder(title));
    for (const panel of panels) dashboard.withPanel(panelOf(panel));
  }
  return `${JSON.stringify(dashboard.build(), null, 2)}\n`;
}

function variables(): Builder<grafana.VariableModel>[] {
  const source = new grafana.DatasourceVariableBuilder('datasource').label('Data source').type('prometheus');
  return [
    source,
    choice('namespace', 'Namespace', 'label_values(omneo_gateway_build_info, namespace)'),
    choice(
      'tenant',
      'Tenant',
      'label_values(omneo_gateway_webhook_requests_total{namespace=~"$namespace"}, tenant)',
    ),
  ];
}

/** One, several or all of a label's values; "all" also takes what has no such label. */
function choice(name: string, label: string, query: string): Builder<grafana.VariableModel> {
  return new grafana.QueryVariableBuilder(name)
    .label(label)
    .datasource(datasource)
    .query(query)
    .refresh(grafana.VariableRefresh.OnTimeRangeChanged)
    .sort(grafana.VariableSort.AlphabeticalAsc)
    .multi(true)
    .includeAll(true)
    .allValue('.*')
    .current({ selected: true, text: 'All', value: '$__all' });
}

function panelOf(panel: Panel): Builder<grafana.Panel> {
  const { title, description, kind, unit, width, queries } = panel;
  return builderOf(kind)
    .title(title)
    .description(description)
    .datasource(datasource)
    .unit(unit)
    .noValue('none')
    .span(width)
    .height(kind === 'stat' ? 5 : 8)
    .targets(queries.map((query, index) => target(kind, query, index)));
}

function builderOf(kind: Panel['kind']): StatBuilder | TimelineBuilder | TimeseriesBuilder {
  switch (kind) {
    case 'stat':
      return new StatBuilder().reduceOptions(new common.ReduceDataOptionsBuilder().calcs(['lastNotNull']));
    case 'timeline':
      return new TimelineBuilder()
        .colorScheme(new grafana.FieldColorBuilder().mode(grafana.FieldColorModeId.Thresholds))
        .thresholds(redBelow(1));
    case 'lines':
      return new TimeseriesBuilder().min(0);
    case 'bars':
      return new TimeseriesBuilder()
        .min(0)
        .drawStyle(common.GraphDrawStyle.Bars)
        .fillOpacity(80)
        .stacking(new common.StackingConfigBuilder().mode(common.StackingMode.Normal));
  }
}

function redBelow(value: number): Builder<grafana.ThresholdsConfig> {
  return new grafana.ThresholdsConfigBuilder().mode(grafana.ThresholdsMode.Absolute).steps([
    { value: null, color: 'red' },
    { value, color: 'green' },
  ]);
}

function target(
  kind: Panel['kind'],
  [expr, legend]: Panel['queries'][number],
  index: number,
): DataqueryBuilder {
  const query = new DataqueryBuilder()
    .refId(String.fromCharCode('A'.charCodeAt(0) + index))
    .expr(expr)
    .legendFormat(legend);
  return kind === 'stat' ? query.instant() : query.range();
}

if (import.meta.main) await writeFile(file, dashboardText());
