/** The calls of the last minute, counted in slots that begin with a call. Times are in milliseconds on one clock. */
export type CallWindow = Readonly<{
  /** Those that are over, oldest first. */
  closed: readonly Slot[];
  /** The sum of their calls. */
  closedCalls: number;
  open: Slot | undefined;
}>;

type Slot = Readonly<{ at: number; calls: number }>;

const slotMs = 250;

/** How long a call is counted, in milliseconds. */
export const windowMs = 60_000;

export const noCalls: CallWindow = Object.freeze({ closed: [], closedCalls: 0, open: undefined });

/** Without what is older than a minute. */
export function advance(window: CallWindow, now: number): CallWindow {
  const { closed, open } = window;
  const isOver = open !== undefined && now >= open.at + slotMs;
  const [oldest] = closed;
  if (!isOver && (oldest === undefined || now < goneAt(oldest))) return window;
  const kept = (isOver ? [...closed, open] : closed).filter((slot) => now < goneAt(slot));
  return { closed: kept, closedCalls: sumOf(kept), open: isOver ? undefined : open };
}

/** How many there are. */
export function countOf({ closedCalls, open }: CallWindow): number {
  return closedCalls + (open?.calls ?? 0);
}

/** With one more, made now. */
export function withCall(window: CallWindow, now: number): CallWindow {
  const advanced = advance(window, now);
  const { at, calls } = advanced.open ?? { at: now, calls: 0 };
  return { ...advanced, open: { at, calls: calls + 1 } };
}

/** Without one that was made at `sentAt`, if it is counted. */
export function withoutCall(window: CallWindow, sentAt: number): CallWindow {
  const lessOne = (slot: Slot): Slot =>
    slot.at <= sentAt && sentAt < slot.at + slotMs ? { ...slot, calls: Math.max(0, slot.calls - 1) } : slot;
  const closed = window.closed.map(lessOne);
  const open = window.open && lessOne(window.open);
  return { closed, closedCalls: sumOf(closed), open };
}

/** When the first of them was made; undefined: there are none. */
export function beginOf({ closed, open }: CallWindow): number | undefined {
  return (closed[0] ?? open)?.at;
}

/** How many were made from `from` on, less those of a slot that began before. */
export function countSince(window: CallWindow, from: number): number {
  return sumOf(slotsOf(window).filter(({ at }) => at >= from));
}

/** In how many milliseconds no more than `most` of them are left. */
export function msUntilAtMost(window: CallWindow, most: number, now: number): number {
  let left = countOf(window);
  let until = now;
  for (const slot of slotsOf(window)) {
    if (left <= most) break;
    left -= slot.calls;
    until = goneAt(slot);
  }
  return Math.max(0, until - now);
}

/** A slot counts until its last call is a minute old. */
function goneAt({ at }: Slot): number {
  return at + slotMs + windowMs;
}

function slotsOf({ closed, open }: CallWindow): readonly Slot[] {
  return open === undefined ? closed : [...closed, open];
}

function sumOf(slots: readonly Slot[]): number {
  return slots.reduce((sum, { calls }) => sum + calls, 0);
}
