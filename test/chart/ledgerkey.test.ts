import { readFile } from 'node:fs/promises';
import { expect } from 'chai';
import { parse } from 'yaml';

const read = (path: string): Promise<string> =>
  readFile(new URL(`../../charts/omneo-gateway/${path}`, import.meta.url), 'utf8');

describe('The Secret with the key that seals webhooks, as the chart makes it', () => {
  let template: string;
  let secret: Record<string, unknown>;

  before(async () => {
    template = await read('templates/ledgerkey.yaml');
    secret = parse(template.replaceAll(/^.*{{.*\n/gm, '')) as Record<string, unknown>;
  });

  it('is kept when the release is uninstalled, and replaced by nothing', () => {
    expect(secret).to.deep.include({ kind: 'Secret', type: 'Opaque', immutable: true });
    expect(secret['metadata']).to.deep.equal({
      labels: null,
      annotations: { 'helm.sh/resource-policy': 'keep' },
    });
  });

  it('is looked for in the cluster before another key is made', () => {
    const data = /^data:\n {2}(.*)$/m.exec(template)?.[1];
    expect(data).to.match(/^{{- default \$made \(lookup "v1" "Secret" \.Release\.Namespace \$name\)\.data /);
  });

  it('holds one line of 32 random bytes in base64', () => {
    expect(template).to.contain('dict "keys" (printf "%s\\n" (randBytes 32) | b64enc)');
  });

  it('says where each render has another key, and what to set there', () => {
    expect(template).to.match(
      /^# `helm template`, every render has another key: set ledger\.keySecret\.name/m,
    );
  });

  it('is mounted where LEDGER_KEY_FILE says, read-only, for the group of the Pod', async () => {
    const ledger = await read('templates/_ledger.tpl');
    const [, file] = /ledgerKeyFile" -}}\n{{- printf "(.*)\/%s"/.exec(ledger) ?? [];
    expect(file).to.equal('/etc/omneo-gateway/ledger-key');
    expect(ledger).to.contain(`- name: ledger-key\n  mountPath: ${file ?? ''}\n  readOnly: true\n`);
    expect(ledger).to.match(/- name: ledger-key\n {2}secret:\n {4}secretName: .*\n {4}defaultMode: 0440\n/);
  });
});
