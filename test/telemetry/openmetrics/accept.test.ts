import { expect } from 'chai';
import { prefersOpenMetrics } from '../../../src/telemetry/openmetrics/accept.ts';

const prometheus =
  'application/openmetrics-text;version=1.0.0;escaping=allow-utf-8;q=0.6,' +
  'application/openmetrics-text;version=0.0.1;q=0.5,text/plain;version=0.0.4;q=0.3,*/*;q=0.2';

describe('An Accept header', () => {
  for (const accept of [
    prometheus,
    'application/openmetrics-text',
    'Application/OpenMetrics-Text; version=1.0.0',
    'text/plain;q=0.5, application/openmetrics-text;q=0.5',
  ])
    it(`"${accept}" asks for OpenMetrics`, () => {
      expect(prefersOpenMetrics(accept)).to.equal(true);
    });

  for (const accept of [
    undefined,
    '',
    '*/*',
    'text/plain',
    'application/openmetrics-text;q=0',
    'application/openmetrics-text;q=none',
    'text/plain, application/openmetrics-text;q=0.9',
    'application/openmetrics-texture',
  ])
    it(`"${accept ?? 'none'}" asks for text`, () => {
      expect(prefersOpenMetrics(accept)).to.equal(false);
    });
});
