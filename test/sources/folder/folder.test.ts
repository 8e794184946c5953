import {
  mkdirSync,
  mkdtempSync,
  renameSync,
  rmSync,
  symlinkSync,
  unlinkSync,
  utimesSync,
  writeFileSync,
} from 'node:fs';
import { appendFile, chmod, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect } from 'chai';
import { stringify } from 'yaml';
import { systemClock, type Clock } from '../../../src/lib/clock.ts';
import { matchSecret } from '../../../src/http/middleware/secret.ts';
import { FolderSource } from '../../../src/sources/folder/folder.ts';
import { Registry } from '../../../src/tenants/registry.ts';
import { logServing } from '../../../src/tenants/servinglog.ts';
import {
  keptLog,
  omneoTenant,
  policy,
  refusalIn,
  schema,
  secretValues,
  tenantIn,
  until,
} from '../../tenants/support.ts';

/** YAML of a complete tenant and its Secrets; `handle` is there to tell two versions apart. */
function yaml(name: string, handle = 'klaviyo', webhookSecret = `${name}-webhook-secret-0123`): string {
  const klaviyo = { secretRefs: [{ name: `${name}-klaviyo` }], identityHandle: handle };
  const omneo = { credentials: { token: { secretRef: { name: `${name}-omneo` } } } };
  const tenant = omneoTenant({ klaviyo, omneo }, { name, namespace: 'loyalty' });
  return [
    tenant,
    secret(`${name}-omneo`, { token: secretValues.token }),
    secret(`${name}-klaviyo`, { 'webhook-secret': webhookSecret }),
  ]
    .map((object) => stringify(object))
    .join('---\n');
}

function secret(name: string, stringData: object): object {
  return { apiVersion: 'v1', kind: 'Secret', metadata: { name, namespace: 'loyalty' }, stringData };
}

describe('The folder source', () => {
  let dir: string;
  let registry: Registry;
  let log: ReturnType<typeof keptLog>;
  let serving: typeof log;
  let sources: FolderSource[];

  beforeEach(() => {
    dir = mkdtempSync(join(tmpdir(), 'tenants-'));
    registry = new Registry({ graceMs: 900_000, clock: systemClock });
    log = keptLog();
    serving = keptLog();
    logServing(registry, serving);
    sources = [];
  });

  afterEach(async () => {
    await Promise.all(sources.map((source) => source.stop()));
    rmSync(dir, { recursive: true, force: true });
    const said = JSON.stringify([log.lines, serving.lines]);
    for (const value of [...Object.values(secretValues), 'webhook-secret-0123', 'hush'])
      expect(said).not.to.contain(value);
  });

  const at = (...path: string[]) => join(dir, ...path);
  const write = (file: string, text: string) => {
    writeFileSync(at(file), text);
  };
  const handleOf = (slug: string) => {
    const resolution = registry.get(slug);
    return resolution && 'tenant' in resolution ? resolution.tenant.klaviyo.identityHandle : undefined;
  };
  /** Whether this is a secret of the tenant that had the slug and was deleted. */
  const wasSecretOf = (slug: string, value = `${slug}-webhook-secret-0123`) =>
    registry.get(slug) === undefined && matchSecret(registry.deletedSecrets(slug), value) !== null;
  const warnings = () => log.lines.filter(({ level }) => level !== 'info').map(({ message }) => message);

  function source(clock: Clock = systemClock, folder = dir): FolderSource {
    const made = new FolderSource({ dir: folder, registry, schema, policy, log, clock });
    sources.push(made);
    return made;
  }

  async function started(clock?: Clock): Promise<FolderSource> {
    const made = source(clock);
    await made.start();
    return made;
  }

  /** Fails if the slug is ever without a tenant while `work` goes on. */
  async function neverWithout(slug: string, work: () => Promise<void>): Promise<void> {
    let gaps = 0;
    const timer = setInterval(() => {
      if (handleOf(slug) === undefined) gaps++;
    }, 1);
    await work();
    clearInterval(timer);
    expect(gaps).to.equal(0);
  }

  describe('at the start', () => {
    it('reads every file below the folder, and is complete', async () => {
      mkdirSync(at('eu', 'north'), { recursive: true });
      write('acme.yaml', yaml('acme'));
      write('eu/bloom.yml', yaml('bloom'));
      write('eu/north/coral.yaml', yaml('coral'));
      await started();
      expect(registry.slugs()).to.have.members(['acme', 'bloom', 'coral']);
      expect(registry.complete).to.equal(true);
      expect(tenantIn(registry.get('acme')).key).to.equal('loyalty/acme');
      expect(warnings()).to.deep.equal([]);
    });

    it('leaves hidden entries, other files, folders named like files and pipes alone', async () => {
      mkdirSync(at('.git'));
      mkdirSync(at('folder.yaml'));
      write('.git/a.yaml', yaml('a'));
      write('.b.yaml', yaml('b'));
      write('c.yaml~', yaml('c'));
      write('d.json', '{}');
      symlinkSync(at('folder.yaml'), at('link.yaml'));
      write('acme.yaml', yaml('acme'));
      await started();
      expect(registry.slugs()).to.deep.equal(['acme']);
      expect(registry.complete).to.equal(true);
    });

    it('is complete with an empty folder', async () => {
      await started();
      expect(registry.complete).to.equal(true);
    });

    it('finds a Secret in another file, but not in another namespace', async () => {
      const [tenant = '', ...secrets] = yaml('acme').split('---\n');
      write('tenant.yaml', tenant);
      write('secrets.yaml', secrets.join('---\n'));
      write(
        'bloom.yaml',
        yaml('bloom').replaceAll('namespace: loyalty\nstringData', 'namespace: other\nstringData'),
      );
      await started();
      expect(handleOf('acme')).to.equal('klaviyo');
      expect(refusalIn(registry.get('bloom')).reason).to.equal('SecretNotFound');
      expect(warnings()).to.have.length(1);
      expect(log.lines[0]).to.deep.include({
        level: 'warn',
        fields: { tenant: 'bloom', key: 'loyalty/bloom', reason: 'SecretNotFound' },
      });
    });

    for (const name of ['missing', 'file.yaml']) {
      it(`refuses a folder that is ${name} in one sentence`, async () => {
        write('file.yaml', yaml('acme'));
        const error: unknown = await source(systemClock, at(name))
          .start()
          .catch((reason: unknown) => reason);
        expect(String(error)).to.equal(
          `StartupError: TENANTS_DIR is ${at(name)}, which is not a folder; create or correct it.`,
        );
      });
    }

    it('refuses a folder that it may not read in one sentence', async () => {
      await chmod(dir, 0o000);
      // Root may read everything; another user may not.
      const isRoot = process.geteuid?.() === 0;
      if (isRoot) process.seteuid?.(65534);
      try {
        const error: unknown = await source()
          .start()
          .catch((reason: unknown) => reason);
        expect(String(error)).to.match(/^StartupError: TENANTS_DIR is .* cannot be read \(EACCES\)\.$/);
      } finally {
        if (isRoot) process.seteuid?.(0);
        await chmod(dir, 0o700);
      }
    });
  });

  describe('while it runs', () => {
    it('serves a new file, a changed one, and a deleted one no longer', async () => {
      await started();
      const removed: string[] = [];
      registry.onRemoved((slug) => removed.push(slug));
      write('acme.yaml', yaml('acme'));
      await until('acme is served', () => handleOf('acme') === 'klaviyo');
      write('acme.yaml', yaml('acme', 'changed'));
      await until('the change is served', () => handleOf('acme') === 'changed');
      unlinkSync(at('acme.yaml'));
      await until('acme is gone', () => registry.get('acme') === undefined);
      expect(removed).to.deep.equal(['acme']);
    });

    it('serves a change within a second', async () => {
      write('acme.yaml', yaml('acme'));
      await started();
      write('acme.yaml', yaml('acme', 'changed'));
      await until('the change is served', () => handleOf('acme') === 'changed', 1000);
    });

    it('follows folders that are made, moved and removed', async () => {
      await started();
      mkdirSync(at('eu', 'north'), { recursive: true });
      write('eu/north/acme.yaml', yaml('acme'));
      await until('acme is served', () => handleOf('acme') === 'klaviyo');
      renameSync(at('eu'), at('us'));
      write('us/north/acme.yaml', yaml('acme', 'moved'));
      await until('the moved file is served', () => handleOf('acme') === 'moved');
      rmSync(at('us'), { recursive: true });
      await until('acme is gone', () => registry.get('acme') === undefined);
    });

    it('keeps the Tenant object of a file that is saved unchanged, or only touched', async () => {
      write('acme.yaml', yaml('acme'));
      write('bloom.yaml', yaml('bloom'));
      const made = await started();
      const before = tenantIn(registry.get('acme'));
      write('acme.yaml', `${yaml('acme')}# a comment\n`);
      utimesSync(at('bloom.yaml'), 1, 1);
      await made.rescan();
      expect(tenantIn(registry.get('acme'))).to.equal(before);
    });

    it('takes a rotated Secret over, and both values while both are named', async () => {
      write('acme.yaml', yaml('acme'));
      const made = await started();
      write('acme.yaml', yaml('acme', 'klaviyo', 'another-webhook-secret-0123'));
      await made.rescan();
      expect(tenantIn(registry.get('acme')).webhookSecrets[0]?.value.reveal()).to.equal(
        'another-webhook-secret-0123',
      );
    });

    it('takes over a Secret that is rotated in another file, and leaves the other tenants as they are', async () => {
      const [tenant = '', omneo = '', klaviyo = ''] = yaml('acme').split('---\n');
      write('acme.yaml', tenant);
      write('secrets.yaml', klaviyo);
      write('tokens.yaml', `${omneo}---\n${yaml('bloom')}`);
      const made = await started();
      const [acme, bloom] = ['acme', 'bloom'].map((slug) => tenantIn(registry.get(slug)));
      write('secrets.yaml', klaviyo.replace('acme-webhook-secret-0123', 'another-webhook-secret-0123'));
      await made.rescan();
      expect(tenantIn(registry.get('acme'))).to.not.equal(acme);
      expect(
        matchSecret(tenantIn(registry.get('acme')).webhookSecrets, 'another-webhook-secret-0123'),
      ).to.not.equal(null);
      expect(tenantIn(registry.get('bloom'))).to.equal(bloom);
    });

    it('serves a tenant no longer whose Secret goes with another file, and again when it comes back', async () => {
      const [tenant = '', ...secrets] = yaml('acme').split('---\n');
      write('acme.yaml', tenant);
      write('secrets.yaml', secrets.join('---\n'));
      const made = await started();
      unlinkSync(at('secrets.yaml'));
      await made.rescan();
      expect(refusalIn(registry.get('acme')).reason).to.equal('SecretNotFound');
      write('secrets.yaml', secrets.join('---\n'));
      await made.rescan();
      expect(handleOf('acme')).to.equal('klaviyo');
    });

    it('takes over many edits at the same time', async () => {
      const names = Array.from({ length: 30 }, (_, i) => `t${i}`);
      for (const name of names) write(`${name}.yaml`, yaml(name));
      await started();
      await Promise.all(names.map((name) => writeFile(at(`${name}.yaml`), yaml(name, 'edited'))));
      await until('all edits are served', () => names.every((name) => handleOf(name) === 'edited'));
    });

    it('is never without a tenant that editors replace by renaming, or by deleting and writing anew', async () => {
      write('acme.yaml', yaml('acme', 'v0'));
      const made = await started();
      await neverWithout('acme', async () => {
        for (let i = 1; i <= 5; i++) {
          write('.acme.swp', yaml('acme', `v${i}`));
          renameSync(at('.acme.swp'), at('acme.yaml'));
          await made.rescan();
        }
        for (let i = 6; i <= 10; i++) {
          renameSync(at('acme.yaml'), at('acme.yaml~'));
          const looking = made.rescan();
          await new Promise(setImmediate);
          write('acme.yaml', yaml('acme', `v${i}`));
          await looking;
        }
        await until('the last version is served', () => handleOf('acme') === 'v10');
      });
    });

    it('is never without a tenant when a ConfigMap swaps its link', async () => {
      const publish = (version: string, files: Record<string, string>) => {
        mkdirSync(at(`..${version}`));
        for (const [name, text] of Object.entries(files)) write(join(`..${version}`, name), text);
        symlinkSync(`..${version}`, at('..data_tmp'));
        renameSync(at('..data_tmp'), at('..data'));
      };
      publish('v0', { 'a.yaml': yaml('acme', 'v0'), 'b.yaml': yaml('bloom', 'v0') });
      symlinkSync('..data/a.yaml', at('a.yaml'));
      symlinkSync('..data/b.yaml', at('b.yaml'));
      await started();
      await neverWithout('acme', async () => {
        publish('v1', { 'a.yaml': yaml('acme', 'v1'), 'b.yaml': yaml('bloom', 'v1') });
        await until('v1 is served', () => handleOf('acme') === 'v1' && handleOf('bloom') === 'v1');
        publish('v2', { 'a.yaml': yaml('bloom', 'v2'), 'b.yaml': yaml('acme', 'v2') });
        await until('v2 is served', () => handleOf('acme') === 'v2' && handleOf('bloom') === 'v2');
      });
      expect(warnings()).to.deep.equal([]);
    });

    it('waits for a file that is written bit by bit', async () => {
      write('acme.yaml', yaml('acme', 'v0'));
      await started();
      const parts = yaml('acme', 'v1').split(/(?<=\n)/);
      await neverWithout('acme', async () => {
        await writeFile(at('acme.yaml'), '');
        for (const part of parts) await appendFile(at('acme.yaml'), part);
        await until('it is served', () => handleOf('acme') === 'v1');
      });
      expect(warnings()).to.deep.equal([]);
    });

    it('serves the others though one file never keeps still, and is not complete without it', async () => {
      write('acme.yaml', yaml('acme'));
      let ticks = 0;
      const hasty: Clock = {
        ...systemClock,
        monotonic: () => ticks * 1000,
        sleep: (ms) => {
          if (ms > 1000) return new Promise(() => undefined);
          ticks++;
          write('restless.yaml', `# ${ticks}\n`);
          return new Promise(setImmediate);
        },
      };
      write('restless.yaml', '# 0\n');
      const made = await started(hasty);
      expect(handleOf('acme')).to.equal('klaviyo');
      expect(registry.complete).to.equal(false);
      expect(warnings()).to.deep.equal(['restless.yaml:1: is still being written']);
      await made.stop();
    });

    it('resyncs every now and then even without an event', async () => {
      const far = mkdtempSync(join(tmpdir(), 'far-'));
      writeFileSync(join(far, 'acme.yaml'), yaml('acme'));
      symlinkSync(join(far, 'acme.yaml'), at('acme.yaml'));
      let resync: () => void = () => undefined;
      const clock: Clock = {
        ...systemClock,
        sleep: (ms) => (ms < 1000 ? systemClock.sleep(ms) : new Promise((resolve) => (resync = resolve))),
      };
      await started(clock);
      writeFileSync(join(far, 'acme.yaml'), yaml('acme', 'changed'));
      resync();
      await until('the change behind the link is served', () => handleOf('acme') === 'changed');
      rmSync(far, { recursive: true });
    });

    it('goes on serving while the folder is gone, says so once, and follows it when it is back', async () => {
      write('acme.yaml', yaml('acme'));
      const made = await started();
      renameSync(dir, `${dir}-away`);
      await made.rescan();
      await made.rescan();
      expect(handleOf('acme')).to.equal('klaviyo');
      expect(warnings()).to.deep.equal([`${dir} cannot be read; what it held is served until it can`]);
      renameSync(`${dir}-away`, dir);
      write('acme.yaml', yaml('acme', 'back'));
      await made.rescan();
      expect(handleOf('acme')).to.equal('back');
    });

    it('touches nothing any more once it is stopped', async () => {
      write('acme.yaml', yaml('acme'));
      const made = await started();
      await made.stop();
      write('acme.yaml', yaml('acme', 'changed'));
      await made.rescan();
      expect(handleOf('acme')).to.equal('klaviyo');
    });
  });

  describe('with a broken file', () => {
    const misspelt = yaml('acme').replace('identityHandle', 'identityHandel');

    it('serves its last good version, and says once what is wrong, with file and line', async () => {
      write('acme.yaml', yaml('acme'));
      const made = await started();
      write('acme.yaml', misspelt);
      await made.rescan();
      utimesSync(at('acme.yaml'), 1, 1);
      await made.rescan();
      expect(handleOf('acme')).to.equal('klaviyo');
      expect(registry.complete).to.equal(true);
      const message =
        'acme.yaml:15: spec.klaviyo.identityHandel is not a field; did you mean identityHandle?';
      expect(log.lines).to.deep.equal([{ level: 'warn', fields: { file: 'acme.yaml', line: 15 }, message }]);
    });

    it('says so anew when the content changes, and when it is good again', async () => {
      write('acme.yaml', misspelt);
      const made = await started();
      write('acme.yaml', `${misspelt}# still\n`);
      await made.rescan();
      expect(warnings()).to.have.length(2);
      write('acme.yaml', yaml('acme'));
      await made.rescan();
      expect(log.lines.at(-1)).to.deep.equal({
        level: 'info',
        fields: { file: 'acme.yaml' },
        message: 'acme.yaml is good again',
      });
    });

    it('that has never been good serves all the others, and is not complete until it is mended or deleted', async () => {
      write('acme.yaml', yaml('acme'));
      write('bloom.yaml', 'a: "hush\n');
      const made = await started();
      expect(handleOf('acme')).to.equal('klaviyo');
      expect(registry.complete).to.equal(false);
      write('bloom.yaml', yaml('bloom'));
      await made.rescan();
      expect(registry.complete).to.equal(true);
      expect(handleOf('bloom')).to.equal('klaviyo');
      write('coral.yaml', 'kind: Hush\n');
      await made.rescan();
      expect(registry.complete).to.equal(false);
      unlinkSync(at('coral.yaml'));
      await made.rescan();
      expect(registry.complete).to.equal(true);
    });

    for (const [what, bytes, message] of [
      ['empty', '', 'is empty, and so taken as not finished; fill or delete it'],
      ['not UTF-8', Buffer.from([0x61, 0xff]), 'is not a text that can be parsed (TypeError)'],
      ['nested too deeply', '['.repeat(2_000), ''],
    ] as const) {
      it(`that is ${what} keeps its tenants`, async () => {
        write('acme.yaml', yaml('acme'));
        const made = await started();
        writeFileSync(at('acme.yaml'), bytes);
        await made.rescan();
        expect(handleOf('acme')).to.equal('klaviyo');
        expect(warnings()).to.have.length(1);
        expect(warnings()[0]).to.contain(`acme.yaml:1: ${message}`);
      });
    }

    it('that is a dangling link keeps its tenants', async () => {
      write('acme.txt', yaml('acme'));
      symlinkSync('acme.txt', at('acme.yaml'));
      const made = await started();
      unlinkSync(at('acme.txt'));
      await made.rescan();
      expect(handleOf('acme')).to.equal('klaviyo');
      expect(warnings()).to.deep.equal(['acme.yaml:1: cannot be read (ENOENT)']);
    });

    it('that repeats another file’s object names that file, and is taken when the other gives it up', async () => {
      write('acme.yaml', yaml('acme'));
      const made = await started();
      write('copy.yaml', yaml('acme', 'copied'));
      await made.rescan();
      expect(handleOf('acme')).to.equal('klaviyo');
      expect(warnings()).to.deep.equal([`copy.yaml:1: OmneoTenant loyalty/acme is already in acme.yaml`]);
      unlinkSync(at('acme.yaml'));
      await made.rescan();
      expect(handleOf('acme')).to.equal('copied');
      expect(registry.complete).to.equal(true);
    });
  });

  describe('with a tenant that goes', () => {
    const split = (name: string): [tenant: string, secrets: string] => {
      const [tenant = '', ...secrets] = yaml(name).split('---\n');
      return [tenant, secrets.join('---\n')];
    };
    const isServedAgain = () =>
      handleOf('acme') === 'klaviyo' && registry.deletedSecrets('acme').length === 0;

    const deletions: Record<string, () => void> = {
      'whose file holds only comments': () => {
        write('acme.yaml', '# soon\n');
      },
      'whose file holds only the ends of documents': () => {
        write('acme.yaml', '---\n---\n# nothing\n---\n');
      },
      'whose file holds only its Secrets': () => {
        write('acme.yaml', split('acme')[1]);
      },
      'whose file holds another tenant': () => {
        write('acme.yaml', yaml('bloom'));
      },
      'whose slug is changed': () => {
        write('acme.yaml', yaml('acme').replace('spec:\n', 'spec:\n  slug: next\n'));
      },
      'whose file is deleted': () => {
        unlinkSync(at('acme.yaml'));
      },
      'whose file is no longer called YAML': () => {
        renameSync(at('acme.yaml'), at('acme.yaml.off'));
      },
    };
    for (const [how, remove] of Object.entries(deletions)) {
      it(`${how} knows who called it, and serves it again when that is undone`, async () => {
        write('acme.yaml', yaml('acme'));
        const made = await started();
        remove();
        await made.rescan();
        expect(registry.complete).to.equal(true);
        expect(wasSecretOf('acme')).to.equal(true);
        expect(wasSecretOf('acme', 'wrong')).to.equal(false);
        write('acme.yaml', yaml('acme'));
        await made.rescan();
        expect(isServedAgain()).to.equal(true);
      });
    }

    it('with the whole folder, as on a volume that is not mounted yet, knows who called each', async () => {
      write('acme.yaml', yaml('acme'));
      write('bloom.yaml', yaml('bloom'));
      const made = await started();
      renameSync(dir, `${dir}-away`);
      mkdirSync(dir);
      await made.rescan();
      expect(registry.slugs()).to.deep.equal([]);
      expect(wasSecretOf('acme') && wasSecretOf('bloom')).to.equal(true);
      rmSync(dir, { recursive: true });
      renameSync(`${dir}-away`, dir);
      await made.rescan();
      expect(isServedAgain()).to.equal(true);
      expect(handleOf('bloom')).to.equal('klaviyo');
    });

    it('in a file that is moved to another name or folder is served all the time', async () => {
      write('acme.yaml', yaml('acme'));
      mkdirSync(at('eu'));
      const made = await started();
      const before = tenantIn(registry.get('acme'));
      await neverWithout('acme', async () => {
        for (const [from, to] of [
          ['acme.yaml', 'moved.yaml'],
          ['moved.yaml', 'eu/acme.yaml'],
        ] as const) {
          renameSync(at(from), at(to));
          await made.rescan();
        }
      });
      expect(tenantIn(registry.get('acme'))).to.equal(before);
      expect(serving.lines).to.have.length(1);
    });

    it('after its Secret still knows who called it, and until then turns nobody away for good', async () => {
      const [tenant, secrets] = split('acme');
      write('secrets.yaml', secrets);
      write('tenant.yaml', tenant);
      const made = await started();
      unlinkSync(at('secrets.yaml'));
      await made.rescan();
      expect(registry.get('acme')).to.deep.include({ webhookSecrets: [], hasUnreadSecret: true });
      unlinkSync(at('tenant.yaml'));
      await made.rescan();
      expect(wasSecretOf('acme')).to.equal(true);
      write('tenant.yaml', tenant);
      await made.rescan();
      expect(registry.get('acme')).to.deep.include({ webhookSecrets: [], hasUnreadSecret: true });
      write('secrets.yaml', secrets);
      await made.rescan();
      expect(isServedAgain()).to.equal(true);
    });

    it('is logged once as no longer served, and once as served again', async () => {
      write('acme.yaml', yaml('acme'));
      const made = await started();
      unlinkSync(at('acme.yaml'));
      await made.rescan();
      write('acme.yaml', yaml('acme'));
      await made.rescan();
      await made.rescan();
      const [tenant, key] = ['acme', 'loyalty/acme'];
      expect(serving.lines.map(({ level, fields }) => ({ level, ...fields }))).to.deep.equal([
        { level: 'info', served: 1, not_served: 0 },
        { level: 'warn', tenant, key, reason: 'Deleted' },
        { level: 'info', tenant, key, reason: 'Ready' },
      ]);
      expect(log.lines).to.deep.equal([]);
    });
  });

  describe('with a tenant that cannot be served', () => {
    it('leaves it to the serving log to say that it was served until now', async () => {
      write('acme.yaml', yaml('acme'));
      const made = await started();
      write('acme.yaml', yaml('acme', 'klaviyo', 'hush'));
      await made.rescan();
      expect(log.lines).to.deep.equal([]);
      expect(serving.lines.at(-1)?.fields).to.include({ key: 'loyalty/acme', reason: 'InvalidSecret' });
      expect(serving.lines.at(-1)?.message).to.contain('must be at least 16 visible ASCII characters');
    });

    it('says why once per change, and when it is served', async () => {
      write('acme.yaml', yaml('acme', 'klaviyo', 'hush'));
      const made = await started();
      write('other.yaml', '# another change\n');
      await made.rescan();
      expect(log.lines).to.have.length(1);
      expect(log.lines[0]).to.deep.include({
        level: 'warn',
        fields: { tenant: 'acme', key: 'loyalty/acme', reason: 'InvalidSecret' },
      });
      write('acme.yaml', yaml('acme'));
      await made.rescan();
      expect(serving.lines.at(-1)).to.deep.equal({
        level: 'info',
        fields: { tenant: 'acme', key: 'loyalty/acme', reason: 'Ready' },
        message: 'loyalty/acme is served',
      });
    });

    it('says why it is not served under a slug that is new to it', async () => {
      write('acme.yaml', yaml('acme'));
      const made = await started();
      write('acme.yaml', yaml('acme', 'klaviyo', 'hush').replace('spec:\n', 'spec:\n  slug: next\n'));
      await made.rescan();
      const fields = { key: 'loyalty/acme', reason: 'SlugChanged' };
      expect(serving.lines.at(-1)?.fields).to.deep.equal({ tenant: 'acme', ...fields });
      expect(log.lines.map((line) => line.fields)).to.deep.equal([
        { tenant: 'next', key: 'loyalty/acme', reason: 'InvalidSecret' },
      ]);
    });

    it('tells the loser of a slug, and promotes it when the winner goes', async () => {
      const [younger, older] = ['2026-02-01T00:00:00Z', '2026-01-01T00:00:00Z'];
      const dated = (name: string, when: string) =>
        yaml(name)
          .replace('spec:\n', 'spec:\n  slug: shared\n')
          .replace('metadata:\n', `metadata:\n  creationTimestamp: ${when}\n`);
      write('acme.yaml', dated('acme', younger));
      write('bloom.yaml', dated('bloom', older));
      const made = await started();
      expect(registry.holder('shared')).to.equal('loyalty/bloom');
      expect(log.lines[0]?.fields).to.deep.equal({
        tenant: 'shared',
        key: 'loyalty/acme',
        reason: 'Conflicted',
      });
      expect(warnings()[0]).not.to.contain('bloom');
      unlinkSync(at('bloom.yaml'));
      await made.rescan();
      expect(registry.holder('shared')).to.equal('loyalty/acme');
    });
  });
});
