import type { IdempotentRequest } from '../delivery/idempotentrequest.ts';
import type { Rehearse } from '../delivery/rehearsal/rehearsal.ts';
import type { Clock } from '../lib/clock.ts';
import { answerRehearsed } from './answer.ts';
import { omneoLate, withinDeadline } from './deadline.ts';
import type { WebhookExchange } from './webhookstate.ts';

type Parts = Readonly<{ rehearse: Rehearse; clock: Clock }>;

/** Answers a webhook with a rehearsal secret with what would become of it. */
export async function rehearseAndAnswer(
  { rehearse, clock }: Parts,
  ctx: WebhookExchange,
  request: IdempotentRequest,
): Promise<void> {
  const { tenant, deadline } = ctx.state;
  const rehearsing = rehearse(tenant, request);
  ctx.state.work = rehearsing;
  const late = (): never => {
    throw omneoLate();
  };
  answerRehearsed(ctx, await withinDeadline(rehearsing, clock, { deadline, late }));
}
