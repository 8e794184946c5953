/** A Node object that the controllers take for a node in good health. */
import type { Api } from './api.ts';

const lease = '/apis/coordination.k8s.io/v1/namespaces/kube-node-lease/leases';
const resources = { cpu: '16', memory: '32Gi', pods: '110' };

/** Makes the Node and its Lease, and says that it is ready. */
export async function register(api: Api, name: string): Promise<void> {
  const labels = { 'kubernetes.io/hostname': name, 'kubernetes.io/os': 'linux' };
  await api.post('/api/v1/nodes', { apiVersion: 'v1', kind: 'Node', metadata: { name, labels } });
  await api.post(lease, {
    apiVersion: 'coordination.k8s.io/v1',
    kind: 'Lease',
    metadata: { name, namespace: 'kube-node-lease' },
    spec: { holderIdentity: name, leaseDurationSeconds: 40, renewTime: microTime() },
  });
  await heartbeat(api, name);
}

/** Says once more that the node is there; without, its Pods would be evicted after a while. */
export async function heartbeat(api: Api, name: string): Promise<void> {
  await api.patch(`${lease}/${name}`, { spec: { renewTime: microTime() } });
  const now = new Date().toISOString();
  const ready = {
    type: 'Ready',
    status: 'True',
    reason: 'KubeletReady',
    message: 'a node of the tests',
    lastHeartbeatTime: now,
    lastTransitionTime: now,
  };
  const status = { capacity: resources, allocatable: resources, conditions: [ready] };
  await api.patch(`/api/v1/nodes/${name}/status`, { status });
}

const microTime = (): string => new Date().toISOString().replace('Z', '000Z');
