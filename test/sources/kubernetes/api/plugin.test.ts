import { chmod, mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect } from 'chai';
import { ApiError } from '../../../../src/sources/kubernetes/api/apierror.ts';
import { KubeClient } from '../../../../src/sources/kubernetes/api/client.ts';
import { connect } from '../../../../src/sources/kubernetes/api/kubeconfig.ts';
import { PluginAuth, PluginError, pluginProvider } from '../../../../src/sources/kubernetes/api/plugin.ts';
import { errorNames } from '../../../../src/lib/log.ts';
import { eventually } from '../../../support/eventually.ts';
import { sendStatus } from '../fakeapi.ts';
import { startWorld, type World } from '../harness.ts';

const path = '/api/v1/secrets';

describe('a kubeconfig with a credential plugin', () => {
  let world: World;
  let folder: string;
  let client: KubeClient;

  beforeEach(async () => {
    world = await startWorld();
    folder = await mkdtemp(join(tmpdir(), 'plugin-'));
  });

  afterEach(async () => {
    await client.close();
    await world.client.close();
    expect(world.clock.timers).to.equal(0);
    await world.api.stop();
    await rm(folder, { recursive: true });
  });

  /** A plugin beside the kubeconfig, which notes each of its runs before it does this. */
  async function withPlugin(does: string, command = './plugin'): Promise<void> {
    await writeFile(join(folder, 'plugin'), `#!/bin/sh\necho run >> "${folder}/runs"\n${does}\n`);
    await chmod(join(folder, 'plugin'), 0o755);
    const exec = {
      apiVersion: 'client.authentication.k8s.io/v1',
      command,
      args: ['get-token'],
      env: [{ name: 'PROFILE', value: 'rewards' }],
    };
    const config = {
      clusters: [{ name: 'c', cluster: { server: world.api.url, 'insecure-skip-tls-verify': true } }],
      users: [{ name: 'u', user: { exec } }],
      contexts: [{ name: 'x', context: { cluster: 'c', user: 'u' } }],
      'current-context': 'x',
    };
    await writeFile(join(folder, 'config'), JSON.stringify(config));
    client = new KubeClient({ connection: await connect(join(folder, 'config')), clock: world.clock });
  }

  const printing = (status: object): string => `cat <<'END'\n${JSON.stringify({ status })}\nEND`;
  const runs = async (): Promise<number> =>
    (await readFile(join(folder, 'runs'), 'utf8')).split('\n').length - 1;
  const authorizations = () => world.api.asked.map(({ authorization }) => authorization);
  const refusal = (): Promise<unknown> =>
    client.request('GET', path).then(
      () => undefined,
      (error: unknown) => error,
    );

  it('is let in by its token, for which it runs once', async () => {
    await withPlugin(printing({ token: 'of-the-plugin' }));
    await Promise.all(Array.from({ length: 20 }, () => client.request('GET', path)));
    await client.request('GET', path);
    expect(new Set(authorizations())).to.deep.equal(new Set(['Bearer of-the-plugin']));
    expect(await runs()).to.equal(1);
  });

  it('hands it its arguments, its variables and what the API asks for', async () => {
    await withPlugin(
      `echo "$1 $PROFILE $KUBERNETES_EXEC_INFO" > "${folder}/asked"; ${printing({ token: 't' })}`,
    );
    await client.request('GET', path);
    const [, args, info] = /^(\S+ \S+) (.*)\n$/.exec(await readFile(join(folder, 'asked'), 'utf8')) ?? [];
    expect(args).to.equal('get-token rewards');
    expect(JSON.parse(info ?? '')).to.deep.equal({
      apiVersion: 'client.authentication.k8s.io/v1',
      kind: 'ExecCredential',
      spec: { interactive: false },
    });
  });

  it('is answered nothing when it asks', async () => {
    await withPlugin(`cat >&2\n${printing({ token: 'plugin' })}`);
    await client.request('GET', path);
    expect(authorizations()).to.deep.equal(['Bearer plugin']);
  });

  it('runs it again when its token is about to expire, or is not accepted', async () => {
    await withPlugin(
      printing({ token: 'brief', expirationTimestamp: new Date(Date.now() + 5000).toISOString() }),
    );
    await client.request('GET', path);
    await client.request('GET', path);
    expect(await runs()).to.equal(2);
    await client.close();
    await withPlugin(printing({ token: 'long' }));
    world.api.faults = [
      (_, response) => {
        sendStatus(response, 401, 'Unauthorized');
        world.api.faults = [];
        return true;
      },
    ];
    expect(await refusal()).to.include({ status: 401 });
    await client.request('GET', path);
    await client.request('GET', path);
    expect(await runs()).to.equal(4);
  });

  it('gives up at its deadline when the plugin hangs', async () => {
    await withPlugin('exec sleep 600');
    const refused = refusal();
    await eventually(async () => expect(await runs()).to.equal(1));
    world.clock.advance(10_000);
    const error = await refused;
    expect(error).to.be.instanceOf(ApiError).and.include({ status: 0, reason: 'Timeout' });
    expect(errorNames(error)).to.contain(`the credential plugin ${join(folder, 'plugin')} has not ended yet`);
    expect(world.api.asked).to.have.length(0);
  });

  for (const [what, does, says] of [
    ['fails', 'echo confidential >&2; exit 3', /plugin ended with exit code 3$/],
    [
      'is killed',
      'kill -KILL $$',
      /plugin was ended by SIGKILL; SIGKILL may mean that the Pod needs more memory$/,
    ],
    ['has no end', 'yes confidential', /plugin printed more than 1 MiB$/],
    ['prints no JSON', 'echo confidential', /plugin printed no JSON$/],
    ['prints no credential', 'echo \'{"status":{}}\'', /plugin gave neither token nor certificate$/],
  ] as const) {
    it(`names the plugin, and nothing that it said, when it ${what}`, async () => {
      await withPlugin(does);
      const error = await refusal();
      expect(error).to.be.instanceOf(ApiError);
      expect(errorNames(error))
        .to.match(says)
        .and.to.contain(`the credential plugin ${join(folder, 'plugin')} `);
      expect(errorNames(error)).not.to.contain('confidential');
      await writeFile(join(folder, 'plugin'), `#!/bin/sh\n${printing({ token: 'mended' })}\n`);
      await client.request('GET', path);
    });
  }

  it('names a plugin that is not there', async () => {
    await withPlugin('true', 'no-such-plugin');
    expect(errorNames(await refusal())).to.match(
      /the credential plugin no-such-plugin was not found; install it beside the gateway/,
    );
  });
});

describe('a credential plugin that hangs', () => {
  it('is ended after a while, with all that holds its output', async () => {
    const auth = new PluginAuth(300);
    const config = { command: '/bin/sh', args: ['-c', 'sleep 5 & sleep 5'] };
    const user = { name: 'u', authProvider: { name: pluginProvider, config } };
    const error: unknown = await auth.applyAuthentication(user, {}).catch((reason: unknown) => reason);
    expect(error).to.be.instanceOf(PluginError);
    expect(String(error)).to.contain('the credential plugin /bin/sh did not end within 0.3 s');
  });
});
