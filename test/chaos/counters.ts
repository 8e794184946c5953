/** The gateway's metrics, held against what the caller saw. */
import { samplesOf } from '../support/prometheus.ts';
import { answerOf } from './attempt.ts';
import type { Delivery } from './caller.ts';

/** What one process says of itself. */
export type Scrape = Readonly<{ process: number; text: string }>;

/** A count of the gateway that cannot be true, as a sentence. */
export type Contradiction = string;

type Seen = { byStatus: Map<number, number>; unanswered: number };

/**
 * Compares each process that is still there with the attempts that were made on it. An attempt without an answer
 * may have been counted under any status, or never have arrived, so each count has a range.
 */
export function compareCounters(
  scrapes: readonly Scrape[],
  deliveries: readonly Delivery[],
): Contradiction[] {
  return scrapes.flatMap(({ process, text }) => {
    const seen = seenBy(process, deliveries);
    const counted = countedBy(text);
    const statuses = new Set([...seen.byStatus.keys(), ...counted.keys()]);
    return [...statuses].flatMap((status) => {
      const least = seen.byStatus.get(status) ?? 0;
      const count = counted.get(status) ?? 0;
      if (count >= least && count <= least + seen.unanswered) return [];
      return [
        `process ${process} counts ${count} of ${status}; the caller got ${least}, and ${seen.unanswered} silences`,
      ];
    });
  });
}

function seenBy(process: number, deliveries: readonly Delivery[]): Seen {
  const seen: Seen = { byStatus: new Map(), unanswered: 0 };
  for (const attempt of deliveries.flatMap(({ attempts }) => attempts)) {
    const [atFirst, atLast] = attempt.process;
    if (atFirst !== process && atLast !== process) continue;
    const status = answerOf(attempt)?.status;
    if (status === undefined || atFirst !== atLast) seen.unanswered++;
    else seen.byStatus.set(status, (seen.byStatus.get(status) ?? 0) + 1);
  }
  return seen;
}

function countedBy(text: string): Map<number, number> {
  const counted = new Map<number, number>();
  for (const { labels, value } of samplesOf(text, 'omneo_gateway_webhook_requests_total')) {
    const status = Number(labels['code']);
    counted.set(status, (counted.get(status) ?? 0) + value);
  }
  return counted;
}

/** The sum of a metric's samples that carry these labels, over all scrapes. */
export function total(
  texts: readonly string[],
  name: string,
  labels: Readonly<Record<string, string>>,
): number {
  return texts
    .flatMap((text) => samplesOf(text, name))
    .filter((sample) => Object.entries(labels).every(([label, value]) => sample.labels[label] === value))
    .reduce((sum, { value }) => sum + value, 0);
}
