import { expect } from 'chai';
import type { ReadableSpan, SpanExporter } from '@opentelemetry/sdk-trace';
import { loggedExporter } from '../../../src/telemetry/tracing/loggedexporter.ts';
import { HandClock } from '../../ledger/clock.ts';
import { type Lines, logInto } from '../../support/loglines.ts';

type Result = Parameters<Parameters<SpanExporter['export']>[1]>[0];

const gone = Object.assign(new Error('connect http://collector?key=secret'), { code: 'ECONNREFUSED' });
const success: Result = { code: 0 as Result['code'] };
const failure: Result = { code: 1 as Result['code'], error: gone };

describe('An exporter that is logged', () => {
  let clock: HandClock;
  let lines: Lines;
  let result: Result;
  let exporter: SpanExporter;

  beforeEach(() => {
    clock = new HandClock(0);
    lines = [];
    const inner: SpanExporter = {
      export: (_, done) => {
        done(result);
      },
      shutdown: () => Promise.resolve(),
    };
    exporter = loggedExporter({ exporter: inner, clock, log: logInto(lines) });
  });

  const exported = (count: number): Promise<Result> =>
    new Promise((resolve) => {
      exporter.export(Array<ReadableSpan>(count), resolve);
    });

  it('says nothing of what arrives', async () => {
    result = success;
    expect(await exported(3)).to.deep.equal(result);
    expect(lines).to.deep.equal([]);
  });

  it('warns of what is lost, by the name of the fault alone, and hands it on', async () => {
    result = failure;
    expect(await exported(3)).to.deep.equal(result);
    expect(lines).to.deep.equal([
      ['warn', 'traces could not be exported', { spans: 3, error: 'Error(ECONNREFUSED)' }],
    ]);
  });

  it('warns once a minute', async () => {
    result = failure;
    for (const ms of [0, 59_999, 1]) {
      clock.advance(ms);
      await exported(1);
    }
    expect(lines).to.have.length(2);
  });
});
