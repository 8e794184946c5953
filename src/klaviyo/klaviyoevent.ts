/** By what Klaviyo finds a profile: one identifier alone, since of two it would change one to go with the other. */
export type KlaviyoProfile =
  Readonly<{ email: string }> | Readonly<{ externalId: string }> | Readonly<{ id: string }>;

/** Something that a customer's Flow may begin with, as the Create Event API takes it. */
export type KlaviyoEvent = Readonly<{
  /** The name of its metric: what a Flow is triggered by. */
  metric: string;
  profile: KlaviyoProfile;
  properties: Readonly<Record<string, unknown>>;
  /** Of several events with it, for one profile and metric, Klaviyo records the first. */
  uniqueId: string;
  /** When it happened, in milliseconds since the epoch. */
  time: number;
}>;

/**
 * The body of a request that creates the event, in JSON:API. It is documented at
 * https://developers.klaviyo.com/en/reference/create_event.
 */
export function eventBody({ metric, profile, properties, uniqueId, time }: KlaviyoEvent): object {
  return {
    data: {
      type: 'event',
      attributes: {
        properties,
        time: new Date(time).toISOString(),
        unique_id: uniqueId,
        metric: { data: { type: 'metric', attributes: { name: metric } } },
        profile: { data: { type: 'profile', ...identified(profile) } },
      },
    },
  };
}

/** `id` stands beside the attributes of a profile, and `attributes` is required even if it is empty. */
function identified(profile: KlaviyoProfile): object {
  if ('id' in profile) return { id: profile.id, attributes: {} };
  if ('email' in profile) return { attributes: { email: profile.email } };
  return { attributes: { external_id: profile.externalId } };
}
