/** Where the webhooks of an action are posted, below the host. */
const template = (slug: string, action: string): string => `/${slug}/api/v1/webhooks/klaviyo/${action}`;

/** The route of an action, for the router: its first segment is the parameter `slug`. */
export function routeOf(action: string): string {
  return template(':slug', action);
}

/** The path of an action for one tenant. */
export function pathOf(slug: string, action: string): string {
  return template(slug, action);
}
