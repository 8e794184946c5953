import type { ResourceId } from '../../lib/resourceid.ts';
import type { OmneoClient } from '../client/client.ts';
import { type NewResource, idOf } from '../resources/calls.ts';
import type { Found } from '../resources/identify.ts';
import { createInteraction, isAlike, isOf, listInteractions } from './interactioncalls.ts';
import type { InteractionPlace } from './place.ts';
import type { Before, SentPlaces } from './sentplaces.ts';
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

/** The interaction that is asked for. */
type AskedInteraction = Omit<ExpectedInteraction, 'wasSent'>;

/** The interactions of one tenant's Omneo. Whatever is asked of Omneo throws UpstreamError. */
export type Interactions = Readonly<{
  find: (expected: ExpectedInteraction) => Promise<Found>;
  /** A look-up has shown one. */
  recordFound: () => void;
  /** Whether a create was sent under this `external_id`, as the ledger remembers it. Throws LedgerUnavailable. */
  wasSent: (externalId: string) => Promise<boolean>;
  /**
   * Whether a look-up that did not find this one is to be believed: `untried` if none was created yet. Throws
   * LedgerUnavailable.
   */
  isMissConclusive: (asked: AskedInteraction, before: Before) => Promise<boolean | 'untried'>;
  /** Whether a look-up would find one, as far as is known without asking. */
  isFindable: () => boolean;
  /** Throws LedgerUnavailable before anything is sent. */
  create: (asked: AskedInteraction, deadline: number) => Promise<ResourceId>;
}>;

type InteractionsParts = Readonly<{
  client: OmneoClient;
  /** Whether this Omneo has shown what it was given. */
  shown: ShownInteractions;
  sent: SentPlaces;
}>;

/** The interactions of one tenant's Omneo: it keeps no `external_id` of them, and `meta.external_id` is compared here. */
export function interactionsOf({ client, shown, sent }: InteractionsParts): Interactions {
  const lookUp = (place: InteractionPlace) => listInteractions(client, place);
  return Object.freeze({
    find: async ({ externalId, place, fields, wasSent }: ExpectedInteraction): Promise<Found> => {
      const row = ownRow(await lookUp(place), externalId);
      if (row === undefined) return { kind: 'none' };
      const isSame = wasSent || (isOf(place.profileId, row) && isAlike(row, fields));
      return isSame ? { kind: 'same', resourceId: idOf(row) } : { kind: 'other' };
    },
    recordFound: () => {
      shown.found();
    },
    wasSent: (externalId: string) => sent.keep(externalId),
    isMissConclusive: async ({ externalId, place }: AskedInteraction, before: Before) =>
      (await sent.isWithin(externalId, place, before)) && shown.prove(lookUp),
    isFindable: () => shown.isProven,
    create: async ({ externalId, place, fields }: AskedInteraction, deadline: number) => {
      await sent.sending(externalId, place);
      const resourceId = await createInteraction(client, fields, deadline);
      shown.created({ externalId, place, resourceId }, lookUp);
      return resourceId;
    },
  });
}
