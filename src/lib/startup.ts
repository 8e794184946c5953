/** The gateway cannot start. The message is one sentence for the operator: what is wrong, and what to change. */
export class StartupError extends Error {
  override name = 'StartupError';
}
