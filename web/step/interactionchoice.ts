/** What Omneo lets an interaction be. */
export const channels = ['app', 'email', 'location', 'push', 'sms', 'social', 'support', 'website'] as const;
export type Channel = (typeof channels)[number];

export const deeds = [
  ...(['broadcast', 'disclose', 'feedback', 'product', 'reach', 'refer'] as const),
  ...(['service', 'visit', 'view'] as const),
] as const;
export type Deed = (typeof deeds)[number];

/** From bad over neither to good for the relation to the customer. */
export const signals = ['-1', '0', '1'] as const;
export type Signal = (typeof signals)[number];

/** What is chosen of an interaction. */
export type InteractionChoice = Readonly<{
  /** What it is called. */
  happened: string;
  channel: Channel;
  deed: Deed;
  signal: Signal;
}>;

export const firstInteraction: InteractionChoice = Object.freeze({
  happened: '',
  channel: 'email',
  deed: 'view',
  signal: '0',
});
