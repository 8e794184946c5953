/** Where the webhooks of a tenant are posted, below the host; the name of the action follows. */
export function webhooksPath(slug: string): string {
  return `/${slug}/api/v1/webhooks/klaviyo`;
}

/** The route of an action, for the router: its first segment is the parameter `slug`. */
export function routeOf(action: string): string {
  return pathOf(':slug', action);
}

/** The path of an action for one tenant. */
export function pathOf(slug: string, action: string): string {
  return `${webhooksPath(slug)}/${action}`;
}
