import { LedgerUnavailable } from '../../../ledger/ledger.ts';
import { type Log, errorNames } from '../../../lib/log.ts';
import { UpstreamError } from '../../../omneo/client/upstream.ts';
import { ConsoleProblem } from '../../consoleproblem.ts';
import type { ApiStep } from '../apistate.ts';

/** Answers every failure as a problem (RFC 9457), and logs those that an operator has to see to. */
export function answerConsoleProblems(log: Pick<Log, 'error' | 'warn'>): ApiStep {
  return async function answerConsoleProblems(ctx, next) {
    try {
      await next();
    } catch (error) {
      const problem = toConsoleProblem(error);
      const { requestId } = ctx.state;
      if (problem.status >= 500) {
        const fields = {
          request_id: requestId,
          code: problem.code,
          error: errorNames(problem.cause ?? problem),
        };
        log[problem.code === 'internal' ? 'error' : 'warn'](fields, 'console failed');
      }
      ctx.status = problem.status;
      ctx.body = problem.body(requestId);
      ctx.type = 'application/problem+json';
      if (problem.code === 'unauthenticated') ctx.set('WWW-Authenticate', 'Bearer');
      if (problem.retryAfter !== undefined) ctx.set('Retry-After', String(problem.retryAfter));
    }
  };
}

/** What each kind of failure means to whoever uses the console. */
export function toConsoleProblem(error: unknown): ConsoleProblem {
  if (error instanceof ConsoleProblem) return error;
  if (error instanceof LedgerUnavailable) {
    const detail = 'Try again later: the ledger cannot be reached.';
    return new ConsoleProblem('unavailable', { detail, cause: error });
  }
  if (!(error instanceof UpstreamError)) return new ConsoleProblem('internal', { cause: error });
  const { fault, retryAfter } = error;
  const detail = upstreamDetails[fault];
  const details = {
    ...(detail !== undefined && { detail }),
    ...(retryAfter !== undefined && { retryAfter }),
  };
  return new ConsoleProblem('upstream_unavailable', { ...details, cause: error });
}

const upstreamDetails: Readonly<Partial<Record<UpstreamError['fault'], string>>> = Object.freeze({
  throttled: "Try again later: Omneo's limit is reached.",
  refused: "Check the tenant's credentials for Omneo, and what they may read: Omneo refuses them.",
});
