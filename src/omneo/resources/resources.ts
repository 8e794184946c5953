import type { Clock } from '../../lib/clock.ts';
import type { ResourceId } from '../../lib/resourceid.ts';
import {
  type NewResource,
  type ResourceCalls,
  type ResourceRows,
  createResource,
  listResources,
} from './calls.ts';
import { checkDefinition } from './definitioncheck.ts';
import { type Definition, listDefinitions } from './definitions.ts';
import { type ExpectedResource, type Found, findByRawId, identify } from './identify.ts';
import { findOwn, isOwn } from './own.ts';
import { type ProvenShapes, shapeOf } from './provenshapes.ts';
import { SharedLookups } from './sharedlookups.ts';

/** What one tenant's Omneo makes of one kind. Whatever is asked of Omneo throws UpstreamError. */
export type Resources = Readonly<{
  list: (externalId: string) => Promise<ResourceRows>;
  /** As `list`, for an id that nobody is known to have tried: several may share a call, for which `mayWait` lets one wait. */
  listUntried: (externalId: string, mayWait: boolean) => Promise<ResourceRows>;
  identify: (rows: ResourceRows, expected: ExpectedResource) => Promise<Found>;
  /** As a look-up and `identify`, for an id that no look-up can be trusted with. */
  findByRawId: (expected: ExpectedResource) => Promise<Found>;
  /** What there is of a profile under an `external_id`, of whatever definition; undefined: nothing. */
  findOwn: (externalId: string, profileId: string) => Promise<ResourceId | undefined>;
  /** Whether this one is of the profile, as far as Omneo lets it be read. */
  isOwn: (resourceId: ResourceId, profileId: string) => Promise<boolean>;
  /** A look-up has found this one. */
  recordFound: (resource: NewResource) => void;
  /** The ledger knows that this one was made. */
  exists: (resource: NewResource, resourceId: ResourceId) => void;
  /** Whether a look-up would find this one, as far as is known without asking. */
  isFindable: (resource: NewResource) => boolean;
  /** Whether a look-up that did not find this one is to be believed: `untried` if nothing like it was created yet. */
  isMissConclusive: (resource: NewResource) => Promise<boolean | 'untried'>;
  /** Throws UpstreamError `rejected` if Omneo says that there is no such definition. */
  checkDefinition: (definitionId: number) => Promise<void>;
  create: (resource: NewResource, deadline: number) => Promise<ResourceId>;
  /** What they may be of, by name, for people to choose from. */
  listDefinitions: () => Promise<readonly Definition[]>;
}>;

type ResourcesParts = ResourceCalls &
  Readonly<{
    clock: Clock;
    /** What this Omneo has shown to find of this kind. */
    shapes: ProvenShapes;
    /** Omneo shows one that was created under another `external_id` than it was sent. */
    onAltered: (resourceId: ResourceId) => void;
  }>;

/** What is found of nearly every webhook. */
const nothing = Promise.resolve<Found>({ kind: 'none' });

/** One kind of things in one tenant's Omneo. */
export function resourcesOf({ client, kind, clock, shapes, onAltered }: ResourcesParts): Resources {
  const calls = { client, kind };
  const lookups = new SharedLookups(calls, clock);
  const lookUp = (externalId: string) => listResources(calls, externalId);
  const shapeNow = (resource: NewResource) => shapeOf(resource, clock.now());
  return Object.freeze({
    list: lookUp,
    listUntried: (externalId: string, mayWait: boolean) => lookups.lookUp(externalId, mayWait),
    identify: (rows: ResourceRows, expected: ExpectedResource) =>
      rows.length === 0 ? nothing : identify(calls, rows, { ...expected, isAltering: shapes.isAltering }),
    findByRawId: (expected: ExpectedResource) => findByRawId(calls, expected),
    findOwn: (externalId: string, profileId: string) => findOwn(calls, externalId, profileId),
    isOwn: (resourceId: ResourceId, profileId: string) => isOwn(calls, resourceId, profileId),
    recordFound: (resource: NewResource) => {
      shapes.found(shapeNow(resource));
    },
    exists: (resource: NewResource, resourceId: ResourceId) => {
      shapes.exists(shapeNow(resource), { externalId: String(resource['external_id']), resourceId });
    },
    isFindable: (resource: NewResource) => shapes.isProven(shapeNow(resource)),
    isMissConclusive: async (resource: NewResource) => {
      const shape = shapeNow(resource);
      if (await shapes.prove(shape, lookUp)) return true;
      return shapes.isUntried(shape) ? 'untried' : false;
    },
    checkDefinition: (definitionId: number) => checkDefinition(calls, definitionId),
    create: async (resource: NewResource, deadline: number) => {
      const { resourceId, isAltered } = await createResource(calls, resource, deadline);
      const externalId = String(resource['external_id']);
      lookups.created({ externalId, resourceId });
      shapes.created(shapeNow(resource), { externalId, resourceId }, lookUp);
      if (isAltered) {
        shapes.isAltering = true;
        onAltered(resourceId);
      }
      return resourceId;
    },
    listDefinitions: () => listDefinitions(calls),
  });
}
