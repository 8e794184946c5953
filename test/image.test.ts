import { execFile } from 'node:child_process';
import { mkdtemp, readFile, rm, stat, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';
import { expect } from 'chai';
import { parse } from 'yaml';
import { settings } from '../src/config/config.ts';

const run = promisify(execFile);

type Instruction = { readonly name: string; readonly rest: string };

const read = (path: string): Promise<string> => readFile(new URL(`../${path}`, import.meta.url), 'utf8');

/** The instructions of a Dockerfile, each on one line. */
function instructionsOf(text: string): readonly Instruction[] {
  const lines = text.replaceAll(/^#.*\n/gm, '').replaceAll(/\\\n\s*/g, '');
  return [...lines.matchAll(/^([A-Z]+) +(.*)$/gm)].map(([, name = '', rest = '']) => ({ name, rest }));
}

/** What a COPY takes from outside of the image, without slashes at the end. */
function sourcesOf({ rest }: Instruction): string[] {
  if (rest.startsWith('--from=')) return [];
  return rest
    .split(' ')
    .slice(0, -1)
    .map((source) => source.replace(/\/$/, ''));
}

describe('the image', () => {
  let all: readonly Instruction[];
  let build: readonly Instruction[];
  let final: readonly Instruction[];
  let manifest: Readonly<Record<string, string>>;

  const values = (part: readonly Instruction[], name: string): string[] =>
    part.filter((each) => each.name === name).map(({ rest }) => rest);

  const entrypoint = (): string[] => {
    const [entry = ''] = values(final, 'ENTRYPOINT');
    return JSON.parse(entry) as string[];
  };

  before(async () => {
    all = instructionsOf(await read('Dockerfile'));
    const start = all.findLastIndex(({ name }) => name === 'FROM');
    [build, final] = [all.slice(0, start), all.slice(start)];
    manifest = JSON.parse(await read('package.json')) as Record<string, string>;
  });

  it('is made of base images that a build argument replaces', () => {
    expect(values(all, 'FROM')).to.deep.equal(['${BUILD_IMAGE} AS build', '${BASE_IMAGE}']);
    const defaults = values(build, 'ARG').map((text) => text.split('='));
    expect(defaults.map(([name]) => name)).to.deep.equal(['BUILD_IMAGE', 'BASE_IMAGE']);
    for (const [name, image] of defaults) expect(image, name).to.match(/^[\w.-]+\.\w+\/.+:.+$/);
  });

  it('needs no shell to be made or to start, and runs no install script of a package', () => {
    expect(values(final, 'RUN')).to.deep.equal([]);
    expect(values(final, 'CMD')).to.deep.equal([]);
    const [node, ...more] = entrypoint();
    expect([node, more.at(-1)]).to.deep.equal(['/usr/local/bin/node', '/app/dist/main.js']);
    for (const command of values(build, 'RUN').filter((each) => each.includes('npm ci')))
      expect(command).to.contain('npm ci --ignore-scripts');
  });

  it('leaves room for what is young whatever the limit of its memory, in words that Node knows', async () => {
    const flags = entrypoint().slice(1, -1);
    expect(flags).to.deep.equal(['--max-semi-space-size=64', '--heap-growing-percent=100']);
    // Node refuses a flag that it does not know.
    const { stdout } = await run(process.execPath, [...flags, '--print', '1']);
    expect(stdout).to.equal('1\n');
  });

  it('takes Node, the bundle, and the list of what is in it, and no package', () => {
    const taken = values(final, 'COPY').filter((copy) => copy.startsWith('--from=build'));
    expect(taken).to.deep.equal([
      '--from=build /usr/local/bin/node /usr/local/bin/node',
      '--from=build /build/sbom.cdx.json ./',
      '--from=build /build/dist dist/',
    ]);
    expect(values(build, 'RUN').join('\n')).to.match(/npm sbom --omit=dev .* > sbom\.cdx\.json/);
  });

  it('has the command line as a file that Node runs without a shell', async () => {
    const program = '/usr/local/bin/omneo-gateway';
    expect(values(final, 'COPY')).to.include(`scripts/omneo-gateway ${dirname(program)}/`);
    const source = fileURLToPath(new URL('../scripts/omneo-gateway', import.meta.url));
    // Whoever it runs as may read and run it.
    expect((await stat(source)).mode & 0o555).to.equal(0o555);
    const text = await readFile(source, 'utf8');
    expect(text).to.match(new RegExp(`^#!${entrypoint()[0] ?? ''} --[\\w-]+=\\d+\\n`));
    expect(text).to.contain("import('/app/dist/cli.js');");
    expect(values(final, 'WORKDIR')).to.deep.equal(['/app']);
    expect(await read('scripts/build.ts')).to.contain("{ cli: 'src/cli/main.ts' }");
  });

  it('has a command line that runs as that file says, with memory of its own', async () => {
    const main = fileURLToPath(new URL('../src/cli/main.ts', import.meta.url));
    const dir = await mkdtemp(join(tmpdir(), 'omneo-gateway-image-'));
    const text = await read('scripts/omneo-gateway');
    const here = text.replace('/usr/local/bin/node', process.execPath).replace('/app/dist/cli.js', main);
    await writeFile(join(dir, 'omneo-gateway'), here, { mode: 0o755 });
    const { stdout } = await run(join(dir, 'omneo-gateway'), ['--version']);
    await rm(dir, { recursive: true });
    expect(stdout).to.equal(`${String(manifest['version'])}\n`);
  });

  it('has the text of the license that its label names', async () => {
    expect(values(final, 'COPY').join(' ').split(' ')).to.include('LICENSE');
    expect(await read('LICENSE')).to.match(/^\s*Apache License\s+Version 2\.0, /);
    expect(manifest['license']).to.equal('Apache-2.0');
  });

  it('runs as the user that the chart says', async () => {
    const { podSecurityContext } = parse(await read('charts/omneo-gateway/values.yaml')) as {
      podSecurityContext: Readonly<Record<string, unknown>>;
    };
    expect(podSecurityContext).to.include({ runAsNonRoot: true, runAsUser: 65532, runAsGroup: 65532 });
    expect(values(final, 'USER')).to.deep.equal(['65532:65532']);
  });

  it('has labels that say what it is, from which version and commit', () => {
    const [labels = ''] = values(final, 'LABEL');
    const found = [...labels.matchAll(/org\.opencontainers\.image\.(\w+)="([^"]*)"/g)];
    const { name, description, license } = manifest;
    expect(Object.fromEntries(found.map(([, key, value]) => [key, value]))).to.deep.equal({
      title: name,
      description,
      licenses: license,
      version: '${VERSION}',
      revision: '${REVISION}',
    });
    expect(values(final, 'ARG')).to.deep.equal([
      `VERSION=${String(manifest['version'])}`,
      'REVISION=unknown',
    ]);
  });

  it('names the ports that the gateway has by default', () => {
    expect(values(final, 'EXPOSE')).to.deep.equal([`${settings.port.initial} ${settings.adminPort.initial}`]);
  });

  it('is built from the files that it copies, and is sent no other', async () => {
    const [first, ...others] = (await read('.dockerignore')).split('\n').filter((line) => /^[*!]/.test(line));
    expect(first).to.equal('*');
    const copied = new Set(all.filter(({ name }) => name === 'COPY').flatMap(sourcesOf));
    expect(others.map((line) => line.slice(1))).to.have.members([...copied]);
  });
});
