/** Probes of a container, counted as a kubelet counts them. */
import type { V1Probe } from '@kubernetes/client-node';
import type { Container } from './container.ts';
import { pause } from './repeat.ts';

/** Probes until the signal ends it, and tells each time the verdict is reached by the thresholds. */
export async function followProbe(
  probe: V1Probe,
  container: Container,
  { signal, verdict }: Readonly<{ signal: AbortSignal; verdict: (isHealthy: boolean) => void }>,
): Promise<void> {
  let [last, streak] = [undefined as boolean | undefined, 0];
  await pause(1000 * (probe.initialDelaySeconds ?? 0), signal);
  while (!signal.aborted) {
    const isHealthy = await ask(probe, container);
    streak = isHealthy === last ? streak + 1 : 1;
    last = isHealthy;
    const threshold = isHealthy ? (probe.successThreshold ?? 1) : (probe.failureThreshold ?? 3);
    if (streak === threshold) verdict(isHealthy);
    await pause(1000 * (probe.periodSeconds ?? 10), signal);
  }
}

async function ask(
  { httpGet, tcpSocket, timeoutSeconds = 1 }: V1Probe,
  container: Container,
): Promise<boolean> {
  // A port is found as soon as its process listens.
  if (tcpSocket) return container.port(tcpSocket.port) !== undefined;
  if (!httpGet) throw new Error('a probe that asks neither HTTP nor TCP is not what our node can do');
  const port = container.port(httpGet.port);
  if (port === undefined) return false;
  try {
    const signal = AbortSignal.timeout(1000 * timeoutSeconds);
    const { status, body } = await fetch(`http://127.0.0.1:${port}${httpGet.path ?? '/'}`, { signal });
    await body?.cancel();
    return status >= 200 && status < 400;
  } catch {
    return false; // No answer is what a probe is there to see.
  }
}
