/** The figures that need a real Kubernetes API: etcd and kube-apiserver, as the end-to-end tests run them. */
import { setTimeout as sleep } from 'node:timers/promises';
import { readAuditEvents } from '../harness/audit.ts';
import { type Crowd, type Rotation, startCrowd } from '../harness/crowd.ts';
import type { Row } from '../harness/rows.ts';
import type { Figure, Setting } from '../harness/setting.ts';
import { median, quantile, ratios, spread, times, told } from '../harness/stats.ts';
import type { Subject } from '../harness/subject.ts';
import { MissingTool, tool } from '../../test/e2e/tools/tool.ts';

export const cluster: Figure = async (setting) => {
  try {
    for (const name of ['etcd', 'kube-apiserver', 'kubectl'] as const) await tool(name);
  } catch (error) {
    if (!(error instanceof MissingTool)) throw error;
    const figure = 'the figures of a real API server';
    return [{ figure, target: '', measured: `not measured: ${error.message}`, held: null }];
  }
  const crowd = await startCrowd(setting, setting.quick ? 20 : 10_000);
  try {
    const [starts, change] = [await starting(crowd, setting), await changing(crowd, setting)];
    return [...starts, change, ...(await idling(crowd, setting))];
  } finally {
    await crowd.stop();
  }
};

const most = { start: 3, heapMB: 16, change: 3 } as const;

/** Each start beside one with nobody there, and beside a reading of everything that does nothing with it. */
async function starting(crowd: Crowd, { quick, say }: Setting): Promise<Row[]> {
  const [ready, bare]: [number[], number[]] = [[], []];
  const [heaps, empty]: [number[], number[]] = [[], []];
  for (let round = 0; round < (quick ? 1 : 5); round++) {
    const [nobody, readMs] = [await crowd.startEmpty(), await crowd.readBarely()];
    if (round === 0) empty.push(await settledHeap(nobody.subject, quick));
    await nobody.subject.stop();
    const { subject, readyMs } = await crowd.startReplica();
    if (round === 0) heaps.push(await settledHeap(subject, quick));
    await subject.stop();
    ready.push(readyMs);
    bare.push(nobody.readyMs + readMs);
    say(
      `  ready after ${readyMs.toFixed(0)} ms; with nobody there after ${nobody.readyMs.toFixed(0)} ms, all is read in ${readMs.toFixed(0)} ms`,
    );
  }
  const [heap, none] = [median(heaps), median(empty)];
  say(
    `  every status written; heap ${heap.toFixed(1)} MB, of a replica that knows nobody ${none.toFixed(1)} MB`,
  );
  const words = `${crowd.tenants.toLocaleString('en')} tenants on the real API server`;
  const found = spread(ratios(ready, bare));
  return [
    {
      figure: `start to ready with ${words}, over a start with nobody there and a bare reading of them`,
      target: `≤ ${most.start} ×`,
      measured: `${told(found)} ×`,
      held: found.middle <= most.start,
    },
    {
      figure: `heap for ${words} and their Secrets, over that of 0`,
      target: `≤ ${most.heapMB} MB`,
      measured: `${(heap - none).toFixed(1)} MB`,
      held: heap - none <= most.heapMB,
    },
  ];
}

/** In MB, when it has written every status and rests. */
async function settledHeap(subject: Subject, quick: boolean): Promise<number> {
  let last = Number.NaN;
  for (let quiet = quick ? 3 : 0; quiet < 3;) {
    await sleep(1000);
    const before = last;
    last = (await subject.usage()).cpuSeconds;
    quiet = last - before < 0.1 ? quiet + 1 : 0;
  }
  const { heap, external } = await subject.heap();
  return (heap + external) / 1e6;
}

/** A webhook with the new secret is tried until it is taken, beginning when the API server has taken the change. */
async function changing(crowd: Crowd, { quick, say }: Setting): Promise<Row> {
  const { subject } = await crowd.startReplica();
  try {
    const changes: Rotation[] = [];
    for (let change = 0; change < (quick ? 5 : 200); change++) {
      changes.push(await crowd.rotate(change * 37, subject));
    }
    const of = (key: keyof Rotation, share: number): number =>
      quantile(
        changes.map((change) => change[key]),
        share,
      );
    for (const share of [0.5, 0.99])
      say(
        `  change to served, p${share * 100}: ${of('servedMs', share).toFixed(1)} ms, after ${of('takenMs', share).toFixed(1)} ms in which the API server took it`,
      );
    const found = times(of('servedMs', 0.99), of('takenMs', 0.99));
    return {
      figure: 'change to served at that size, p99, over what the API server takes to accept it',
      target: `≤ ${most.change} ×`,
      measured: `${found.toFixed(2)} ×`,
      held: found <= most.change,
    };
  } finally {
    await subject.stop();
  }
}

async function idling(crowd: Crowd, { quick, say }: Setting): Promise<Row[]> {
  const restarted = Date.now();
  const replicas = await Promise.all([0, 1, 2].map(() => crowd.startReplica()));
  try {
    await Promise.all(replicas.map(({ subject }) => settledHeap(subject, quick)));
    const lists = (await readAuditEvents(crowd, restarted)).filter(({ verb }) => verb === 'list');
    const unpaged = lists.filter(({ requestURI }) => !requestURI.includes('limit=')).length;
    // Too short for the list of everything, which comes 10 to 15 minutes after the one of the start.
    const minutes = quick ? 0.05 : 2;
    const quietSince = Date.now();
    await sleep(minutes * 60_000);
    const idle = await readAuditEvents(crowd, quietSince);
    for (const [what, count] of countBy(idle, (event) => `${event.verb} ${event.objectRef?.resource ?? ''}`))
      say(`  idle, 3 replicas: ${what} ${(count / minutes / 3).toFixed(1)} a minute and replica`);
    const perSecond = Math.max(
      0,
      ...countBy(lists, (event) => event.requestReceivedTimestamp.slice(0, 19)).values(),
    );
    const rate = idle.length / minutes / 3;
    return [
      {
        figure: 'API server: requests a minute from one idle replica, between two lists of everything',
        target: '≤ 10',
        measured: rate.toFixed(1),
        held: rate <= 10,
      },
      {
        figure: 'API server: a restart of all 3 replicas',
        target: 'paged, jittered',
        measured: `${lists.length} lists of a page, ${unpaged} without a limit, at most ${perSecond} in a second`,
        held: unpaged === 0 && perSecond <= crowd.tenants / 50,
      },
    ];
  } finally {
    for (const { subject } of replicas) await subject.stop();
  }
}

function countBy<T>(values: readonly T[], key: (value: T) => string): Map<string, number> {
  const counts = new Map<string, number>();
  for (const value of values) counts.set(key(value), (counts.get(key(value)) ?? 0) + 1);
  return counts;
}
