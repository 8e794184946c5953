import { expect } from 'chai';
import { createLog, errorNames } from '../src/log.ts';
import { UpstreamError } from '../src/omneo/upstream.ts';

describe('what is logged of an error', () => {
  it('is its name and code and those of its causes, and no message', () => {
    const cause = Object.assign(new TypeError('GET https://user:password@host'), { code: 'ECONNREFUSED' });
    expect(errorNames(new Error('with a token in it', { cause }))).to.equal(
      'Error < TypeError(ECONNREFUSED)',
    );
  });

  it('is the message of an error of ours that is known to hold nothing', () => {
    const cause = Object.assign(new Error('secret'), { code: 'ECONNRESET' });
    const error = new UpstreamError('unavailable', 'the connection to Omneo failed', { cause });
    expect(errorNames(error)).to.equal('the connection to Omneo failed < Error(ECONNRESET)');
  });

  it('is its type when it is no error', () => {
    expect(errorNames('a text with a secret')).to.equal('string');
  });
});

describe('a log line', () => {
  it('is JSON with time, level as a word, the fields and the message', () => {
    const lines: string[] = [];
    const log = createLog('info', { write: (line) => lines.push(line) });
    log.warn({ file: 'acme.yaml' }, 'said');
    log.debug({}, 'not said');
    expect(lines).to.have.length(1);
    const { time, ...rest } = JSON.parse(lines.join('')) as Record<string, unknown>;
    expect(rest).to.deep.equal({ level: 'warn', file: 'acme.yaml', msg: 'said' });
    expect(time).to.match(/^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{3}Z$/);
  });
});
