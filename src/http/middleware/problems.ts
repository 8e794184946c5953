import { Parked } from '../../delivery/delivered.ts';
import { LedgerUnavailable } from '../../ledger/ledger.ts';
import { Problem } from '../../lib/problem.ts';
import { UpstreamError } from '../../omneo/client/upstream.ts';
import type { Step, WebhookExchange } from '../webhookstate.ts';
import { originForm } from './requestid.ts';

/** Answers every failure as a problem (RFC 9457). */
export const answerProblems: Step = async function answerProblems(ctx, next) {
  try {
    ctx.url = originForm(ctx.url);
    await next();
  } catch (error) {
    answerProblem(ctx, toProblem(error));
  }
};

function answerProblem(ctx: WebhookExchange, problem: Problem): void {
  ctx.status = problem.status;
  ctx.body = problem.body(ctx.state.requestId);
  ctx.type = 'application/problem+json';
  if (problem.retryAfter !== undefined) ctx.set('Retry-After', String(problem.retryAfter));
}

/** What each kind of failure means to Klaviyo. */
export function toProblem(error: unknown): Problem {
  if (error instanceof Problem) return error;
  if (error instanceof Parked) return toProblem(error.cause).storedAs(error.deliveryId);
  if (error instanceof LedgerUnavailable) {
    const detail = 'Nothing to fix in Klaviyo, which sends it again: the ledger cannot be reached.';
    return new Problem('not_ready', { detail, cause: error });
  }
  return error instanceof UpstreamError ? upstreamProblem(error) : new Problem('internal', { cause: error });
}

function upstreamProblem(error: UpstreamError): Problem {
  switch (error.fault) {
    case 'unavailable': {
      const outcome = error.needsHuman ? { outcome: 'unsettled' as const } : {};
      return new Problem('upstream_unavailable', { ...outcome, cause: error });
    }
    case 'throttled': {
      const detail = "Nothing to fix: Omneo's limit is reached; Klaviyo sends it again.";
      return new Problem('overloaded', { detail, retryAfter: error.retryAfter ?? 5, cause: error });
    }
    case 'refused': {
      const detail =
        "Nothing to fix in Klaviyo, which sends it again: Omneo refuses the gateway's credentials.";
      return new Problem('not_ready', { detail, cause: error });
    }
    case 'rejected': {
      const { noun = 'reward', fields } = error;
      const { hint = `is rejected by Omneo: check it against the ${noun} definition.` } = error;
      const errors = fields.map((field) => ({ field, code: 'rejected_by_omneo', hint }));
      const usual = `Check the ${noun} definition and the data fields: Omneo says that this ${noun} can never be issued.`;
      const { advice: detail = usual } = error;
      return new Problem('reward_rejected', { detail, errors, cause: error });
    }
  }
}
