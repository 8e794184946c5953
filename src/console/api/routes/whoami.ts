import type { ApiStep } from '../apistate.ts';

/** `GET /api/v1/me` */
export const whoAmI: ApiStep = function whoAmI(ctx) {
  const { user, signedInBy, csrfToken } = ctx.state.identity;
  ctx.body = { user, signed_in_by: signedInBy, ...(csrfToken !== undefined && { csrf_token: csrfToken }) };
  return Promise.resolve();
};
