import type { Clock } from '../../lib/clock.ts';
import { type Problem, notReady } from '../../lib/problem.ts';
import { readBody } from '../body/body.ts';
import { withinDeadline } from '../deadline.ts';
import type { Step } from '../webhookstate.ts';

/** Longest time for a body to arrive, in milliseconds. */
const maxArrivalMs = 10_000;

/** Reads the body, which must be there by the time of the answer, and before the server's own time-outs cut it off. */
export function readJson(clock: Clock): Step {
  return async function readJson(ctx, next) {
    const late = (): Problem => {
      ctx.set('Connection', 'close');
      return notReady('the webhook did not arrive in time');
    };
    const deadline = Math.min(ctx.state.deadline, clock.monotonic() + maxArrivalMs);
    ctx.state.body = await withinDeadline(readBody(ctx), clock, { deadline, late });
    await next();
  };
}
