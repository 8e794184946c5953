/** The figures that need a real Kubernetes API: etcd and kube-apiserver, as the end-to-end tests run them. */
import { setTimeout as sleep } from 'node:timers/promises';
import { readAuditEvents } from '../harness/audit.ts';
import { type Crowd, startCrowd } from '../harness/crowd.ts';
import type { Row } from '../harness/rows.ts';
import type { Figure, Setting } from '../harness/setting.ts';
import { median, quantile, spread, told } from '../harness/stats.ts';
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

async function starting(crowd: Crowd, { quick, say }: Setting): Promise<Row[]> {
  const one = await crowd.emptyHeap();
  const times: number[] = [];
  let heap = Number.NaN;
  for (let round = 0; round < (quick ? 1 : 3); round++) {
    const { subject, readyMs } = await crowd.startReplica();
    times.push(readyMs);
    if (round === 0) {
      heap = await settledHeap(subject, quick);
      say(
        `  every status written; heap ${heap.toFixed(1)} MB, of a replica that knows nobody ${one.toFixed(1)} MB`,
      );
    }
    await subject.stop();
  }
  const words = `${crowd.tenants.toLocaleString('en')} tenants on the real API server`;
  const found = spread(times.map((ms) => ms / 1000));
  return [
    {
      figure: `start to ready with ${words}`,
      target: '≤ 5 s',
      measured: `${told(found, 1)} s`,
      held: found.middle <= 5,
    },
    {
      figure: `heap for ${words} and their Secrets, over that of 0`,
      target: '≤ 8 MB',
      measured: `${(heap - one).toFixed(1)} MB`,
      held: heap - one <= 8,
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
    const times: number[] = [];
    for (let change = 0; change < (quick ? 5 : 200); change++) {
      times.push(await crowd.rotate(change * 37, subject));
    }
    const p99 = quantile(times, 0.99);
    say(
      `  change to served: p50 ${median(times).toFixed(0)} ms, at most ${Math.max(...times).toFixed(0)} ms`,
    );
    return {
      figure: 'change to served at that size, p99',
      target: '< 1 s',
      measured: `${(p99 / 1000).toFixed(3)} s`,
      held: p99 < 1000,
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
        figure: 'API server: requests a minute from one idle replica',
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
