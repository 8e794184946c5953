import type { Action } from '../../actions/action.ts';
import type { Clock } from '../../lib/clock.ts';
import type { Problem } from '../../lib/problem.ts';
import { newWebhookContext, recordFailure } from '../../telemetry/webhookcontext.ts';
import type { Telemetry } from '../../telemetry/telemetry.ts';
import { disconnectOf } from '../answer.ts';
import { brokenOff } from '../body/body.ts';
import type { Step, WebhookExchange } from '../webhookstate.ts';
import { toProblem } from './problems.ts';

type ObserveParts = Readonly<{
  telemetry: Telemetry;
  clock: Clock;
  action: Pick<Action, 'name' | 'idField'>;
}>;

/** Records each webhook once, whatever became of it. */
export function observe({ telemetry, clock, action }: ObserveParts): Step {
  return async function observe(ctx, next) {
    const begun = clock.monotonic();
    const context = newWebhookContext(action);
    ctx.state.context = context;
    ctx.state.work = Promise.resolve();
    const callerGone = goneOf(ctx);
    try {
      await next();
    } catch (error) {
      const problem = toProblem(error);
      recordFailure(context, problem);
      ctx.status = problem.status;
      throw problem;
    } finally {
      const { requestId } = ctx.state;
      const seconds = (clock.monotonic() - begun) / 1000;
      telemetry.webhookEnded({ context, status: ctx.status, seconds, requestId, callerGone: callerGone() });
    }
  };
}

/** Whether the caller may be gone. One that sends no more in the middle of a body is, whether the answer can still be sent or not. */
function goneOf(ctx: WebhookExchange): () => boolean {
  let mayBeGone = disconnectOf(ctx);
  ctx.req.once(brokenOff, ({ code }: Problem) => {
    if (code === 'not_ready') mayBeGone = () => true;
  });
  return () => mayBeGone();
}
