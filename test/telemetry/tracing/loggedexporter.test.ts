import { expect } from 'chai';
import { InMemorySpanExporter, type ReadableSpan, type SpanExporter } from '@opentelemetry/sdk-trace';
import { loggedExporter } from '../../../src/telemetry/tracing/loggedexporter.ts';
import { HandClock } from '../../ledger/clock.ts';
import { type Lines, logInto } from '../../support/loglines.ts';

type Result = Parameters<Parameters<SpanExporter['export']>[1]>[0];

const gone = Object.assign(new Error('connect http://collector?key=secret'), { code: 'ECONNREFUSED' });

describe('An exporter that is logged', () => {
  let clock: HandClock;
  let lines: Lines;
  let isGone: boolean;
  let exporter: SpanExporter;

  beforeEach(() => {
    clock = new HandClock(0);
    lines = [];
    isGone = false;
    const memory = new InMemorySpanExporter();
    const inner: SpanExporter = {
      export: (spans, done) => {
        memory.export(spans, (result) => {
          done(isGone ? { ...result, error: gone } : result);
        });
      },
      shutdown: () => memory.shutdown(),
    };
    exporter = loggedExporter({ exporter: inner, clock, log: logInto(lines) });
  });

  const exported = (count: number): Promise<Result> =>
    new Promise((resolve) => {
      exporter.export(Array<ReadableSpan>(count), resolve);
    });

  it('says nothing of what arrives', async () => {
    expect((await exported(3)).error).to.equal(undefined);
    expect(lines).to.deep.equal([]);
  });

  it('warns of what is lost, by the name of the fault alone, and hands it on', async () => {
    isGone = true;
    expect((await exported(3)).error).to.equal(gone);
    expect(lines).to.deep.equal([
      ['warn', 'traces could not be exported', { spans: 3, error: 'Error(ECONNREFUSED)' }],
    ]);
  });

  it('warns once a minute', async () => {
    isGone = true;
    for (const ms of [0, 59_999, 1]) {
      clock.advance(ms);
      await exported(1);
    }
    expect(lines).to.have.length(2);
  });
});
