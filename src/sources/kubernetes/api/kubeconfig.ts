import { readFile } from 'node:fs/promises';
import { delimiter, dirname, resolve } from 'node:path';
import { KubeConfig, type User } from '@kubernetes/client-node';
import { parse } from 'yaml';
import { Http1KubeConfig, KubeConfigError, KubeConnection } from './connection.ts';
import { fieldsOf, stringOf } from './object.ts';
import { pluginProvider } from './plugin.ts';

/**
 * The way to the API server that these files describe (as in `KUBECONFIG`), or the one of the cluster around this
 * process.
 *
 * @throws KubeConfigError, with a sentence for the operator
 */
export async function connect(kubeconfig: string | undefined): Promise<KubeConnection> {
  return new KubeConnection(
    kubeconfig === undefined ? ofCluster() : await ofFiles(kubeconfig.split(delimiter)),
  );
}

function ofCluster(): KubeConfig {
  const config = new Http1KubeConfig();
  config.loadFromCluster();
  if (URL.canParse(config.getCurrentCluster()?.server ?? '')) return config;
  throw new KubeConfigError(
    'There is no cluster around this process; set KUBECONFIG, or TENANTS_DIR to do without a cluster.',
  );
}

async function ofFiles(files: readonly string[]): Promise<KubeConfig> {
  const config = new Http1KubeConfig();
  for (const [index, file] of files.filter((name) => name !== '').entries()) {
    try {
      config.mergeConfig(await ofFile(file), index > 0);
    } catch (cause) {
      throw new KubeConfigError(`KUBECONFIG: ${file} cannot be read as a kubeconfig.`, { cause });
    }
  }
  return config;
}

async function ofFile(file: string): Promise<KubeConfig> {
  const text = await readFile(file, 'utf8');
  const config = new KubeConfig();
  config.loadFromString(text);
  const folder = dirname(file);
  config.makePathsAbsolute(folder);
  const tokenFiles = tokenFilesOf(parse(text));
  config.users = config.users.map((user) => {
    const tokenFile = tokenFiles.get(user.name);
    if (tokenFile !== undefined)
      return {
        ...user,
        authProvider: { name: 'tokenFile', config: { tokenFile: resolve(folder, tokenFile) } },
      };
    return withPlugin(user, folder);
  });
  return config;
}

/** A plugin that is a path is one from the folder of the kubeconfig, as for kubectl; any other is looked for in PATH. */
function withPlugin(user: User, folder: string): User {
  const exec: unknown = user.exec ?? fieldsOf(fieldsOf(user.authProvider)['config'])['exec'];
  const command = stringOf(fieldsOf(exec)['command']);
  if (command === '') return user;
  const config = { ...fieldsOf(exec), command: command.includes('/') ? resolve(folder, command) : command };
  return { ...user, exec: undefined, authProvider: { name: pluginProvider, config } };
}

/** `users[].user.tokenFile`, a field that KubeConfig does not know. */
function tokenFilesOf(document: unknown): ReadonlyMap<string, string> {
  const { users } = fieldsOf(document);
  const entries = (Array.isArray(users) ? users : []).map((entry: unknown) => {
    const { name, user } = fieldsOf(entry);
    return [stringOf(name), stringOf(fieldsOf(user)['tokenFile'])] as const;
  });
  return new Map(entries.filter(([, file]) => file !== ''));
}
