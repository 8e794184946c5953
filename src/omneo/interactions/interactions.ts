import type { ResourceId } from '../../lib/resourceid.ts';
import type { OmneoClient } from '../client/client.ts';
import { type NewResource, idOf } from '../resources/calls.ts';
import type { Found } from '../resources/identify.ts';
import { createInteraction, isAlike, isOf, listInteractions } from './interactioncalls.ts';
import type { InteractionPlace } from './place.ts';
import { type ShownInteractions, ownRow } from './shown.ts';

/** What an interaction must be to count as the one that was asked for. */
export type ExpectedInteraction = Readonly<{
  externalId: string;
  place: InteractionPlace;
  /** The fields of its create. */
  fields: NewResource;
  /** A create for it was sent, after a look-up that found nothing: what is there under the id now came from it. */
  wasSent: boolean;
}>;

/** The interactions of one tenant's Omneo. Whatever is asked of Omneo throws UpstreamError. */
export type Interactions = Readonly<{
  find: (expected: ExpectedInteraction) => Promise<Found>;
  /** Whether a look-up that did not find one is to be believed: `untried` if none was created yet. */
  isMissConclusive: () => Promise<boolean | 'untried'>;
  /** Whether a look-up would find one, as far as is known without asking. */
  isFindable: () => boolean;
  create: (asked: Omit<ExpectedInteraction, 'wasSent'>, deadline: number) => Promise<ResourceId>;
}>;

type InteractionsParts = Readonly<{
  client: OmneoClient;
  /** Whether this Omneo has shown what it was given. */
  shown: ShownInteractions;
}>;

/** The interactions of one tenant's Omneo: it keeps no `external_id` of them, and `meta.external_id` is compared here. */
export function interactionsOf({ client, shown }: InteractionsParts): Interactions {
  const lookUp = (place: InteractionPlace) => listInteractions(client, place);
  return Object.freeze({
    find: async ({ externalId, place, fields, wasSent }: ExpectedInteraction): Promise<Found> => {
      const row = ownRow(await lookUp(place), externalId);
      if (row === undefined) return { kind: 'none' };
      shown.found();
      const isSame = wasSent || (isOf(place.profileId, row) && isAlike(row, fields));
      return isSame ? { kind: 'same', resourceId: idOf(row) } : { kind: 'other' };
    },
    isMissConclusive: () => shown.prove(lookUp),
    isFindable: () => shown.isProven,
    create: async ({ externalId, place, fields }: Omit<ExpectedInteraction, 'wasSent'>, deadline: number) => {
      const resourceId = await createInteraction(client, fields, deadline);
      shown.created({ externalId, place, resourceId }, lookUp);
      return resourceId;
    },
  });
}
