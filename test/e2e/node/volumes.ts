/** Volumes of a Pod as folders of this machine, which its process is told of in place of where they are mounted. */
import { mkdir, rename, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import type { V1ConfigMap, V1Secret, V1Volume } from '@kubernetes/client-node';
import { unlessGone, type Api } from './api.ts';
import { folderOfClaim } from './claims.ts';
import type { Pod } from './pod.ts';
import { pause } from './repeat.ts';

/** A text of the container, such as an argument or a URL, with folders in place of the paths that are mounted. */
export type Mounts = (text: string) => string;

export type VolumeOptions = {
  readonly api: Api;
  /** Gone with the Pod's other files. */
  readonly folder: string;
  /** Where claims lie, which outlive their Pods. */
  readonly claims: string;
};

/** Where the token of a ServiceAccount lies, which is not ours to give. */
const credentials = '/var/run/secrets/kubernetes.io/serviceaccount';

/** Fills a folder for every volume that the container mounts, but for that of its credentials. */
export async function mountVolumes(pod: Pod, options: VolumeOptions): Promise<Mounts> {
  const wanted = (pod.container.volumeMounts ?? []).filter(({ mountPath }) => mountPath !== credentials);
  const mounts = wanted.map(async ({ name, mountPath, subPath = '' }) => {
    const volume = pod.volumes.find((each) => each.name === name);
    if (!volume) throw new Error(`${pod.name} mounts ${name}, which is no volume of its`);
    const folder = join(await folderOf(volume, pod, options), subPath);
    await mkdir(folder, { recursive: true });
    return [mountPath, folder] as const;
  });
  const folders = new Map(await Promise.all(mounts));
  // Each place is looked at once: the folder may itself lie below a path that is mounted, such as /tmp.
  const paths = [...folders.keys()]
    .sort((one, other) => other.length - one.length)
    .map((path) => path.replaceAll('.', '\\.'));
  const mounted = new RegExp(`(?<![\\w/.-])(?:${paths.join('|')})(?![\\w.-])`, 'g');
  return (text) => (folders.size === 0 ? text : text.replace(mounted, (path) => folders.get(path) ?? path));
}

/**
 * Keeps the folders of the ConfigMaps that the container mounts as these are, until the signal ends it. A kubelet takes up to
 * a minute for that, we a second.
 */
export async function followConfigMaps(
  pod: Pod,
  { api, folder }: Pick<VolumeOptions, 'api' | 'folder'>,
  signal: AbortSignal,
): Promise<void> {
  const followed = pod.volumes.flatMap(({ name, configMap }) =>
    configMap?.name === undefined ? [] : [{ path: join(folder, 'volumes', name), name: configMap.name }],
  );
  if (followed.length === 0) return;
  for (;;) {
    await pause(1000, signal);
    if (signal.aborted) return;
    for (const { path, name } of followed) await unlessGone(fillFrom(name, path, pod, api));
  }
}

/** Writes what a ConfigMap says into a folder, each file at once. */
async function fillFrom(configMap: string, path: string, { namespace }: Pod, api: Api): Promise<void> {
  const { data } = await api.get<V1ConfigMap>(`/api/v1/namespaces/${namespace}/configmaps/${configMap}`);
  for (const [key, text] of Object.entries(data ?? {})) {
    await writeFile(join(path, `..${key}`), text);
    await rename(join(path, `..${key}`), join(path, key));
  }
}

async function folderOf(volume: V1Volume, pod: Pod, { api, folder, claims }: VolumeOptions): Promise<string> {
  const { name, secret, configMap, emptyDir, persistentVolumeClaim: claim } = volume;
  const path = claim ? folderOfClaim(claims, pod.namespace, claim.claimName) : join(folder, 'volumes', name);
  await mkdir(path, { recursive: true });
  if (secret?.secretName !== undefined) {
    const { data } = await api.get<V1Secret>(
      `/api/v1/namespaces/${pod.namespace}/secrets/${secret.secretName}`,
    );
    const files = Object.entries(data ?? {});
    await Promise.all(files.map(([key, text]) => writeFile(join(path, key), Buffer.from(text, 'base64'))));
  } else if (configMap?.name !== undefined) {
    await fillFrom(configMap.name, path, pod, api);
  } else if (!emptyDir && !claim) {
    throw new Error(`${pod.name}: a volume such as ${name} is not what our node can do`);
  }
  return path;
}
