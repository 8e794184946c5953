/** Kubeconfigs whose token lies in a file of its own, as in a Pod, so that it can be renewed. */
import { readFile, writeFile } from 'node:fs/promises';
import { parse } from 'yaml';

type Kubeconfig = { users: { name: string; user: { token?: string; tokenFile?: string } }[] };

/** Moves the token of a kubeconfig into a file beside it. */
export async function useTokenFile(kubeconfig: string): Promise<void> {
  const config = parse(await readFile(kubeconfig, 'utf8')) as Kubeconfig;
  const tokenFile = tokenFileOf(kubeconfig);
  await renewToken(kubeconfig, kubeconfig);
  const users = config.users.map(({ name }) => ({ name, user: { tokenFile } }));
  await writeFile(kubeconfig, JSON.stringify({ ...config, users }));
}

/** Puts the token of another kubeconfig into the file. */
export async function renewToken(kubeconfig: string, from: string): Promise<void> {
  const { users } = parse(await readFile(from, 'utf8')) as Kubeconfig;
  await writeFile(tokenFileOf(kubeconfig), users[0]?.user.token ?? '', { mode: 0o600 });
}

function tokenFileOf(kubeconfig: string): string {
  return `${kubeconfig}.token`;
}
