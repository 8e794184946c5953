import type { Action } from '../../actions/action.ts';
import { type WebhookStorage, parkRefused } from '../../delivery/refusedwebhooks.ts';
import type { Step } from '../webhookstate.ts';

/**
 * Parks what is answered with a final failure, if its webhook may be stored: Klaviyo never sends it again.
 * A body that was not read, since it is too large or no JSON by its header, cannot be stored.
 */
export function parkRefusedWebhooks(action: Pick<Action, 'name'>, storage: WebhookStorage | undefined): Step {
  if (storage === undefined) return (_, next) => next();
  return async function parkRefusedWebhooks(ctx, next) {
    try {
      await next();
    } catch (error) {
      const { raw, tenant, mayStore } = ctx.state;
      if (!mayStore || raw === undefined) throw error;
      throw await parkRefused(error, action.name, storage, { raw, tenant });
    }
  };
}
