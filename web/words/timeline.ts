import type { DeliveryView, EventView } from '../api/types.ts';
import { attemptNote, attemptWords, resultWords } from './attempts.ts';
import type { Times } from './times.ts';

/** Something that happened, or will. */
export type TimelineLine = Readonly<{
  at?: string;
  /** The last time, if it happened again and again. */
  until?: string;
  text: string;
  note?: string;
  /** It belongs to the line before it. */
  isSequel?: true;
}>;

/** What became of a delivery, told in plain words, the oldest first. */
export function timelineOf(delivery: DeliveryView, events: readonly EventView[]): readonly TimelineLine[] {
  const told = events.flatMap((event, index) =>
    linesOf(delivery, event, isDecisive(delivery, events, index)),
  );
  return [
    ...withGap(delivery, events, merged(told)),
    ...untoldEnd(delivery, recentOf(events)),
    ...outlook(delivery),
  ];
}

/** The lines in one sentence: `10:02 arrived · 10:17 found by e-mail · reward 4711 issued`. */
export function sentenceOf(lines: readonly TimelineLine[], { time }: Pick<Times, 'time'>): string {
  const told = lines.map(({ at, text, isSequel }) =>
    at === undefined || isSequel === true ? text : `${time(at)} ${text}`,
  );
  return told.join(' · ');
}

function linesOf(delivery: DeliveryView, event: EventView, isLast: boolean): readonly TimelineLine[] {
  const { at, kind, by, why } = event;
  if (kind === 'arrived') return [{ at, text: 'arrived' }];
  if (kind === 'attempted') return attemptLines(delivery, event, isLast);
  const decided = by === undefined ? decisions[kind] : `${decisions[kind]} by ${by}`;
  return [{ at, text: decided, ...(why !== undefined && { note: `“${why}”` }) }];
}

const decisions: Readonly<Record<Exclude<EventView['kind'], 'arrived' | 'attempted'>, string>> = {
  replayed: 'replayed',
  corrected: 'replayed with a corrected webhook',
  discarded: 'discarded',
  erased: 'forgotten on request',
};

function attemptLines(delivery: DeliveryView, event: EventView, isLast: boolean): readonly TimelineLine[] {
  const { at } = event;
  const note = attemptNote(event);
  const line = { at, text: attemptWords(event, isLast), ...(note !== '' && { note }) };
  if (event.result !== 'issued') return [line];
  return [line, { at, text: issuedWords(delivery), isSequel: true }];
}

/** Whether an attempt is the one after which the delivery was parked for good. */
function isDecisive({ state }: DeliveryView, events: readonly EventView[], index: number): boolean {
  const next = events.slice(index + 1).find(({ kind }) => kind !== 'erased');
  if (next === undefined) return state === 'parked' || state === 'discarded';
  return next.kind !== 'attempted';
}

/** Attempts that come to the same one after another are one line, from the first to the last. */
function merged(lines: readonly TimelineLine[]): readonly TimelineLine[] {
  const kept: TimelineLine[] = [];
  for (const line of lines) {
    const before = kept.at(-1);
    if (before?.text !== line.text || before.at === undefined || line.at === undefined) kept.push(line);
    else kept[kept.length - 1] = { at: before.at, until: line.at, text: line.text, note: again(before) };
  }
  return kept;
}

function again({ until, note = '' }: TimelineLine): string {
  const before = until === undefined ? 1 : Number(/^\d+/.exec(note)?.[0] ?? 1);
  return `${before + 1} attempts`;
}

/** The events since the last time that somebody asked for another attempt. */
function recentOf(events: readonly EventView[]): readonly EventView[] {
  return events.slice(events.findLastIndex(({ kind }) => kind === 'replayed' || kind === 'corrected') + 1);
}

/** Of many events the middle is not kept: the first one and the newest are. The last attempt may have no event. */
function withGap(
  { attempts }: DeliveryView,
  events: readonly EventView[],
  lines: readonly TimelineLine[],
): readonly TimelineLine[] {
  const missing = attempts - recentOf(events).filter(({ kind }) => kind === 'attempted').length;
  if (missing <= 1) return lines;
  return [...lines.slice(0, 1), { text: `${missing} attempts that are not shown` }, ...lines.slice(1)];
}

/** What is issued or parked at the first attempt has no event of it: the delivery itself says what came of it. */
function untoldEnd(delivery: DeliveryView, recent: readonly EventView[]): readonly TimelineLine[] {
  const { state, reason, result = {} } = delivery;
  const isTold = recent.some(({ kind }) => kind === 'attempted');
  if (state === 'issued' && !recent.some((event) => event.result === 'issued')) {
    const event = { result: 'issued', ...matchedIn(result) };
    return [{ text: attemptWords(event, true) }, { text: issuedWords(delivery) }];
  }
  if (state !== 'parked' || isTold || reason === undefined) return [];
  return [{ text: attemptWords({ result: reason }, true) }];
}

function matchedIn({
  matched_by: match,
}: NonNullable<DeliveryView['result']>): Pick<EventView, 'matched_by'> {
  return typeof match === 'string' ? { matched_by: match } : {};
}

function issuedWords({ result, action }: DeliveryView): string {
  return `${resultWords(result) || action} issued`;
}

/** What comes next. */
function outlook({ state, next_attempt_at: next, kept_until: until }: DeliveryView): readonly TimelineLine[] {
  if (state === 'waiting') return [{ ...(next !== undefined && { at: next }), text: 'next attempt' }];
  if (state === 'pending') return [{ text: 'being worked on now' }];
  if (state !== 'parked') return [];
  return [
    {
      text: until === undefined ? 'parked' : 'parked, and forgotten if nobody decides',
      ...(until !== undefined && { until }),
    },
  ];
}
