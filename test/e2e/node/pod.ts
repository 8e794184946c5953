/** The parts of a Pod that our node goes by. */
import type { V1Container, V1Pod, V1Volume } from '@kubernetes/client-node';

export type Pod = {
  readonly name: string;
  readonly namespace: string;
  readonly uid: string;
  /** Its path in the API. */
  readonly path: string;
  readonly node: string | undefined;
  readonly isDeleted: boolean;
  readonly isOver: boolean;
  /** From its deletion to its SIGKILL. */
  readonly graceMs: number;
  readonly container: V1Container;
  readonly volumes: readonly V1Volume[];
  readonly restarts: boolean;
  /** The ServiceAccount whose token it gets; absent: it gets none. */
  readonly account?: string;
};

/** Reads a Pod of one container; more than one is not what our node can run. */
export function readPod({ metadata, spec, status }: V1Pod): Pod {
  const [name = '', namespace = '', uid = ''] = [metadata?.name, metadata?.namespace, metadata?.uid];
  const [container, ...others] = spec?.containers ?? [];
  if (!container || others.length > 0 || spec?.initContainers) {
    throw new Error(`${namespace}/${name} has not exactly one container`);
  }
  return {
    name,
    namespace,
    uid,
    path: `/api/v1/namespaces/${namespace}/pods/${name}`,
    node: spec?.nodeName,
    isDeleted: metadata?.deletionTimestamp !== undefined,
    isOver: status?.phase === 'Succeeded' || status?.phase === 'Failed',
    graceMs: 1000 * (metadata?.deletionGracePeriodSeconds ?? spec?.terminationGracePeriodSeconds ?? 30),
    container,
    volumes: spec?.volumes ?? [],
    restarts: spec?.restartPolicy !== 'Never',
    ...(spec?.serviceAccountName !== undefined &&
      spec.automountServiceAccountToken !== false && { account: spec.serviceAccountName }),
  };
}
