import { expect } from 'chai';
import { tracedLog } from '../../../src/telemetry/tracing/tracedlog.ts';
import { type Lines, logInto } from '../../support/loglines.ts';
import { spansHere } from './spanshere.ts';

const levels = ['debug', 'info', 'warn', 'error'] as const;

describe('The log of what is traced', () => {
  for (const level of levels)
    it(`says at ${level} by which trace and for which request a line was written`, async () => {
      const { spans } = spansHere();
      const lines: Lines = [];
      const span = spans.begin({ name: 'webhook' });
      await spans.run(span, { requestId: 'r-1' }, () => {
        tracedLog(logInto(lines), spans)[level]({ tenant: 'acme' }, 'said');
        return Promise.resolve();
      });
      const { traceId } = span.spanContext();
      expect(lines).to.deep.equal([
        [level, 'said', { request_id: 'r-1', tenant: 'acme', trace_id: traceId }],
      ]);
    });

  it('leaves the request to the line that names one', async () => {
    const { spans } = spansHere();
    const lines: Lines = [];
    await spans.run(spans.begin({ name: 'webhook' }), { requestId: 'r-1' }, () => {
      tracedLog(logInto(lines), spans).warn({ request_id: 'r-2' }, 'said');
      return Promise.resolve();
    });
    expect(lines[0]?.[2]).to.include({ request_id: 'r-2' });
  });

  it('is as it was for a line that belongs to no trace', () => {
    const lines: Lines = [];
    tracedLog(logInto(lines), spansHere().spans).info({ tenant: 'acme' }, 'said');
    expect(lines).to.deep.equal([['info', 'said', { tenant: 'acme' }]]);
  });
});
