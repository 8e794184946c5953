import { createContext } from 'preact';
import { useContext } from 'preact/hooks';
import type { Client } from '../api/client.ts';
import type { Search } from '../deliveries/search.ts';

/** What every part of the page shares once somebody is signed in. */
export type PageSession = Readonly<{
  client: Client;
  /** Shows another address without loading the page again. */
  go: (path: string) => void;
  /** Says something to those who do not see it appear. */
  announce: (text: string) => void;
  /** Whether the page came by `go`: then its heading takes the focus. */
  hasMoved: () => boolean;
  /** What was searched for last, so that the way back from a delivery leads to what was found. */
  search: Search;
  setSearch: (search: Search) => void;
}>;

export const SessionContext = createContext<PageSession | undefined>(undefined);

/** @throws Error outside of a session */
export function useSession(): PageSession {
  const session = useContext(SessionContext);
  if (session === undefined) throw new Error('Nobody is signed in.');
  return session;
}
