/** The status of a Pod as a kubelet writes it. */
import type { Exit } from '../process.ts';
import type { Pod } from './pod.ts';

export type Situation = {
  readonly address: string;
  readonly since: string;
  readonly startedAt: string | undefined;
  readonly hasStarted: boolean;
  readonly isReady: boolean;
  readonly restarts: number;
  /** How its process ended, if it does not run. */
  readonly exit: Exit | undefined;
  /** Its process will not be started again. */
  readonly isOver: boolean;
};

/** The whole status, for a patch that replaces its lists. */
export function statusOf(pod: Pod, situation: Situation): object {
  const { address, since, isReady, isOver, restarts, hasStarted } = situation;
  const { name, image } = pod.container;
  const now = new Date().toISOString();
  const condition = (type: string, holds: boolean): object => ({
    type,
    status: holds ? 'True' : 'False',
    lastTransitionTime: now,
  });
  return {
    phase: phaseOf(situation),
    hostIP: '10.0.1.1',
    podIP: address,
    podIPs: [{ ip: address }],
    startTime: since,
    conditions: [
      condition('PodScheduled', true),
      condition('Initialized', true),
      condition('ContainersReady', isReady && !isOver),
      condition('Ready', isReady && !isOver),
    ],
    containerStatuses: [
      {
        name,
        image,
        imageID: image,
        ready: isReady && !isOver,
        started: hasStarted,
        restartCount: restarts,
        state: stateOf(situation),
      },
    ],
  };
}

function phaseOf({ isOver, exit, startedAt }: Situation): string {
  if (isOver) return exit?.code === 0 ? 'Succeeded' : 'Failed';
  return startedAt === undefined ? 'Pending' : 'Running';
}

function stateOf({ exit, startedAt }: Situation): object {
  const ended = exit && { exitCode: exit.code ?? 137, reason: exit.code === 0 ? 'Completed' : 'Error' };
  return {
    waiting: startedAt === undefined ? { reason: 'ContainerCreating' } : null,
    running: startedAt !== undefined && !ended ? { startedAt } : null,
    terminated: ended ?? null,
  };
}
