/** What a back-fill came to, as rows of the table. */
import type { FlowReport } from '../klaviyo/flow.ts';
import type { Seen } from '../klaviyo/progress.ts';
import type { BackfillOptions } from './backfilloptions.ts';
import type { Row } from './rows.ts';
import type { Tally } from './throttledomneo.ts';

/** Calls to Omneo that a reward takes in a burst, as the figure `calls` measures them: what the ideal is reckoned by. */
const callsOfOne = 2.07;

export type BackfillOutcome = Readonly<{
  report: FlowReport;
  seen: Seen;
  total: Tally;
  /** Of each reward that Omneo has in the end. */
  externalIds: readonly string[];
}>;

/** The rows; a synchronous tenant has no targets but that nothing may be doubled. By default delivery is durable here. */
export function backfillRows(options: BackfillOptions, outcome: BackfillOutcome): readonly Row[] {
  const { webhooks, callsPerMinute, jitter, mode = 'mode by default' } = options;
  const { report, seen, total, externalIds } = outcome;
  const rewards = new Set(externalIds).size;
  const minutes = seen.at / 60_000;
  const used = Math.min(1, (seen.tally.calls - seen.tally.refused) / (callsPerMinute * minutes));
  const perReward = total.calls / rewards;
  const goodFirst = (report.first['200'] ?? 0) + (report.first['202'] ?? 0);
  const words = `back-fill, ${mode.toLowerCase()}, ${jitter ? 'jitter' : 'no jitter'}`;
  const row = (figure: string, measured: string, target = '', isHeld = true): Row => {
    const applies = target !== '' && (mode !== 'Synchronous' || figure === 'doubled');
    const held = applies ? isHeld : null;
    return { figure: `${words}: ${figure}`, target: applies ? target : '', measured, held };
  };
  const [lost, doubled] = [webhooks - rewards, externalIds.length - rewards];
  return [
    row('webhooks due at once, and calls a minute', `${webhooks}, ${callsPerMinute}`),
    row('first answers', statusesIn(report.first), '200 or 202', goodFirst === webhooks),
    row('last answers', statusesIn(report.last)),
    row('requests of Klaviyo', String(report.requests)),
    row('lost', String(lost), '0', lost === 0),
    row('doubled', String(doubled), '0', doubled === 0),
    row('calls to Omneo, and 429 among them', `${total.calls}, ${total.refused}`),
    row('calls a reward', perReward.toFixed(2), '≤ 2.1', perReward <= 2.1),
    row('share of the allowed calls that was used', used.toFixed(2), '≥ 0.95', used >= 0.95),
    row('scaled minutes, and the ideal', `${minutes.toFixed(1)}, ${idealOf(options).toFixed(1)}`),
  ];
}

function idealOf({ webhooks, callsPerMinute }: BackfillOptions): number {
  return (webhooks * callsOfOne) / callsPerMinute;
}

function statusesIn(statuses: Readonly<Record<string, number>>): string {
  return Object.entries(statuses)
    .map(([status, count]) => `${count} × ${status}`)
    .join(', ');
}
