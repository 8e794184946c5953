/** What decides which webhooks are traced, by the names that OpenTelemetry has for it. */
export const samplerNames = [
  'always_on',
  'always_off',
  'traceidratio',
  'parentbased_always_on',
  'parentbased_always_off',
  'parentbased_traceidratio',
] as const;

/** Where traces are sent, of which webhooks, and what says where they come from. */
export type TracingConfig = Readonly<{
  url: string;
  sampler: (typeof samplerNames)[number];
  /** Of all webhooks, from 0 to 1, for a sampler with `traceidratio`. */
  share: number;
  resource: Readonly<Record<string, string>>;
}>;
