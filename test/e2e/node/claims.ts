/** What a storage driver does in a cluster: a volume for every claim that has none, which Kubernetes then binds. */
import { join } from 'node:path';
import type { V1PersistentVolumeClaim } from '@kubernetes/client-node';
import { unlessGone, type Api } from './api.ts';

/** The folder of a claim, which outlives its Pods, below that of all claims. */
export function folderOfClaim(claims: string, namespace: string, name: string): string {
  return join(claims, `${namespace}.${name}`);
}

/** Makes a volume for each claim that waits for one. */
export async function provideVolumes(api: Api, claims: string): Promise<void> {
  const { items } = await api.get<{ items: V1PersistentVolumeClaim[] }>('/api/v1/persistentvolumeclaims');
  for (const claim of items.filter(({ status, spec }) => status?.phase !== 'Bound' && !spec?.volumeName))
    await unlessGone(api.post<undefined>('/api/v1/persistentvolumes', volumeFor(claim, claims)));
}

/** Named after the claim, so that a second one is a conflict; left behind, since its folder goes with the cluster. */
function volumeFor({ metadata, spec }: V1PersistentVolumeClaim, claims: string): object {
  const [name = '', namespace = '', uid = ''] = [metadata?.name, metadata?.namespace, metadata?.uid];
  return {
    apiVersion: 'v1',
    kind: 'PersistentVolume',
    metadata: { name: `pv-${uid}` },
    spec: {
      accessModes: spec?.accessModes ?? [],
      capacity: { storage: spec?.resources?.requests?.['storage'] ?? '1Gi' },
      claimRef: { apiVersion: 'v1', kind: 'PersistentVolumeClaim', namespace, name, uid },
      hostPath: { path: folderOfClaim(claims, namespace, name) },
      persistentVolumeReclaimPolicy: 'Retain',
      ...(spec?.storageClassName !== undefined && { storageClassName: spec.storageClassName }),
    },
  };
}
