import type { ListPlace } from '../../../ledger/deliveries/deliveryadmin.ts';

const content = /^(-?\d{1,16})\.([0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12})$/;

/** What a client gives back to read on after this place of a list. */
export function cursorOf({ since, id }: ListPlace): string {
  return Buffer.from(`${since}.${id}`).toString('base64url');
}

/** The place that a cursor names; undefined if it is none. */
export function placeOfCursor(cursor: string): ListPlace | undefined {
  const [, since, id] = content.exec(Buffer.from(cursor, 'base64url').toString('latin1')) ?? [];
  return since === undefined || id === undefined ? undefined : { since: Number(since), id };
}

/** Whether a text is a cursor as it was given out. */
export function isCursor(text: string): boolean {
  const place = placeOfCursor(text);
  return place !== undefined && cursorOf(place) === text;
}
