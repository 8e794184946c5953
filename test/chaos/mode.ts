/** How the tenants' webhooks are delivered in a run. */
export const modes = ['synchronous', 'durable'] as const;
export type Mode = (typeof modes)[number];
