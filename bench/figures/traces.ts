/** What traces cost: nothing while they are off, though what makes them is loaded, and little for a part of the webhooks. */
import { once } from 'node:events';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { join } from 'node:path';
import { bundle, flags, gateway } from '../harness/programs.ts';
import { type Lap, column, lapsOfStarts, ratio } from '../harness/rounds.ts';
import type { Row } from '../harness/rows.ts';
import type { Figure, Setting } from '../harness/setting.ts';
import { told } from '../harness/stats.ts';
import type { Program } from '../harness/subject.ts';

const share = 0.1;
const loadSDK = join(import.meta.dirname, '../harness/loadsdk.ts');

export const traces: Figure = async (setting) => {
  const collector = await startSink();
  try {
    const compared = await programs(setting, collector.url);
    const laps = await lapsOfStarts(setting, compared);
    tell(setting, compared, laps);
    // The last traces are sent as the gateway ends.
    if (collector.bytes() === 0) throw new Error('no trace arrived');
    setting.say(`  ${(collector.bytes() / 1e6).toFixed(1)} MB of traces arrived`);
    return rows(laps);
  } finally {
    collector.close();
  }
};

async function programs({ folder, upstream }: Setting, url: string): Promise<readonly Program[]> {
  const program = (name: string, more: Partial<Parameters<typeof gateway>[0]> = {}): Promise<Program> =>
    gateway({ name, folder, tenants: 1, baseOf: () => upstream.base(), ...more });
  return [
    await program('untraced'),
    await program('sdk-loaded', { args: ['--import', loadSDK, ...flags, bundle] }),
    await program('traced', {
      env: {
        OTEL_EXPORTER_OTLP_ENDPOINT: url,
        OTEL_TRACES_SAMPLER: 'parentbased_traceidratio',
        OTEL_TRACES_SAMPLER_ARG: String(share),
      },
    }),
  ];
}

function tell({ say }: Setting, compared: readonly Program[], laps: readonly (readonly Lap[])[]): void {
  compared.forEach(({ name }, index) => {
    const perSecond = column(laps, index, (lap) => lap.perSecond);
    const cpu = column(laps, index, (lap) => lap.cpuMicroseconds);
    say(`  ${name.padEnd(12)} ${told(perSecond, 0)} webhooks a second, ${told(cpu, 0)} µs of CPU each`);
  });
}

function rows(laps: readonly (readonly Lap[])[]): readonly Row[] {
  const off = ratio(laps, [1, 0], ({ perSecond }) => perSecond);
  const on = ratio(laps, [2, 0], ({ perSecond }) => perSecond);
  return [
    {
      figure: 'throughput with the SDK of OpenTelemetry loaded and traces off, against without',
      target: '1.00 ± 0.03',
      measured: told(off),
      held: Math.abs(off.middle - 1) <= 0.03,
    },
    {
      figure: `throughput with ${share * 100} % of the webhooks traced, against none`,
      target: '≥ 0.90',
      measured: told(on),
      held: on.middle >= 0.9,
    },
  ];
}

/** Takes traces as a collector does, and looks at none. */
async function startSink() {
  let bytes = 0;
  const server = createServer((request, response) => {
    request.on('data', (chunk: Buffer) => {
      bytes += chunk.length;
    });
    request.on('end', () => response.end());
  });
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  return {
    url: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
    bytes: () => bytes,
    close: () => {
      server.close();
      server.closeAllConnections();
    },
  };
}
