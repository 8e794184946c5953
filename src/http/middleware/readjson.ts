import type { Clock } from '../../lib/clock.ts';
import { notReady } from '../../lib/problem.ts';
import { readBody } from '../body/body.ts';
import { withinDeadline } from '../deadline.ts';
import type { Step } from '../webhookstate.ts';

/** Longest time for a body to arrive, in milliseconds. */
const maxArrivalMs = 10_000;

/** Reads the body, which must be there by the time of the answer, and before the server's own time-outs cut it off. */
export function readJson(clock: Clock): Step {
  return async function readJson(ctx, next) {
    const late = (): never => {
      ctx.set('Connection', 'close');
      throw notReady('the webhook did not arrive in time');
    };
    const reading = readBody(ctx, (raw) => {
      ctx.state.raw = raw;
    });
    const deadline = Math.min(ctx.state.deadline, clock.monotonic() + maxArrivalMs);
    ctx.state.body = await withinDeadline(reading, clock, { deadline, late });
    await next();
  };
}
