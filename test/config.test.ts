import { expect } from 'chai';
import { readConfig, settings } from '../src/config.ts';

describe('the configuration', () => {
  it('has every default of the documentation when nothing is set', () => {
    const config = readConfig({});
    expect(config).to.include({ port: 8080, adminPort: 9090, ledgerURL: 'memory:', answerDeadlineMs: 4500 });
    expect(config).to.include({ settleWindowMs: 120_000, ledgerRetentionHours: 72, drainMs: 20_000 });
    expect(config.upstreamHosts).to.deep.equal(['.getomneo.com']);
    expect(config.tenantsDir).to.equal(undefined);
    expect(config.allowInsecureUpstream).to.equal(false);
  });

  it('counts an empty TENANTS_DIR as unset', () => {
    expect(readConfig({ TENANTS_DIR: '' }).tenantsDir).to.equal(undefined);
  });

  it('takes a comma list of hosts', () => {
    const { upstreamHosts } = readConfig({ UPSTREAM_HOSTS: ' .getomneo.com, omneo.example ' });
    expect(upstreamHosts).to.deep.equal(['.getomneo.com', 'omneo.example']);
  });

  it('is frozen', () => {
    expect(readConfig({})).to.satisfy(Object.isFrozen);
  });

  const refused: [string, string][] = [
    ['PORT', '65536'],
    ['PORT', '-1'],
    ['PORT', '80.5'],
    ['PORT', ''],
    ['UPSTREAM_HOSTS', ''],
    ['UPSTREAM_HOSTS', 'https://omneo.example'],
    ['ALLOW_INSECURE_UPSTREAM', 'yes'],
    ['LEDGER_RETENTION_HOURS', '24'],
    ['LEDGER_URL', 'postgres://user:password@host'],
    ['LOG_LEVEL', 'trace'],
  ];
  for (const [variable, value] of refused) {
    it(`refuses ${variable}=${JSON.stringify(value)} with a sentence that names it`, () => {
      expect(() => readConfig({ [variable]: value })).to.throw(
        new RegExp(`^${variable} must be [^.]+.*\\.$`),
      );
    });
  }

  it('refuses a variable with a prefix that none of ours has', () => {
    expect(() => readConfig({ OMNEO_GATEWAY_PORT: '80' })).to.throw('OMNEO_GATEWAY_PORT is not a variable');
  });

  it('gives every variable a name of its own', () => {
    const names = Object.values(settings).map(({ variable }) => variable);
    expect(new Set(names).size).to.equal(names.length);
  });
});
