/** What Omneo calls something that it made. A bigint is a number with more digits than a double holds. */
export type ResourceId = number | string | bigint;
