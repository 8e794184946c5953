import { useCallback, useEffect, useMemo, useRef, useState } from 'preact/hooks';
import type { Client } from './api/client.ts';
import { faultOf } from './api/fault.ts';
import type { Me } from './api/types.ts';
import { DeliveriesPage } from './deliveries/deliveriespage.tsx';
import { DeliveryPage } from './deliveries/deliverypage.tsx';
import { type Search, noSearch } from './deliveries/search.ts';
import { type Route, routeOf } from './lib/route.ts';
import { type PageSession, SessionContext } from './lib/session.ts';
import { OverviewPage } from './overview/overviewpage.tsx';
import { Heading } from './parts/heading.tsx';
import { NavLink } from './parts/navlink.tsx';
import { StepPage } from './step/steppage.tsx';

type SignedInProps = Readonly<{ client: Client; me: Me; onLeave: () => void }>;

/** The frame around every page: where to go, who is signed in, and what is said aloud. */
export function SignedIn({ client, me, onLeave }: SignedInProps) {
  const [route, go, hasMoved] = useRoute();
  const [said, announce] = useState('');
  const [search, setSearch] = useState<Search>(noSearch);
  const session = useMemo<PageSession>(
    () => ({ client, go, announce, hasMoved, search, setSearch }),
    [client, go, hasMoved, search],
  );
  return (
    <SessionContext.Provider value={session}>
      <a class="skip" href="#main">
        Skip to the content
      </a>
      <header>
        <span class="brand">omneo-gateway</span>
        <nav aria-label="Pages">
          <NavLink to="/" isHere={route.page === 'overview'}>
            Overview
          </NavLink>
          <NavLink to="/deliveries" isHere={route.page === 'deliveries' || route.page === 'delivery'}>
            Deliveries
          </NavLink>
          <NavLink to="/step" isHere={route.page === 'step'}>
            Set up a step
          </NavLink>
        </nav>
        <Account client={client} me={me} onLeave={onLeave} announce={announce} />
      </header>
      <main id="main" tabIndex={-1}>
        <PageOf route={route} />
      </main>
      <div role="status" class="unseen">
        {said}
      </div>
    </SessionContext.Provider>
  );
}

function PageOf({ route }: Readonly<{ route: Route }>) {
  switch (route.page) {
    case 'overview':
      return <OverviewPage />;
    case 'deliveries':
      return <DeliveriesPage choice={route.choice} />;
    case 'delivery':
      return <DeliveryPage key={route.id} id={route.id} />;
    case 'step':
      return <StepPage />;
    case 'nowhere':
      return <Heading>There is no such page</Heading>;
  }
}

type AccountProps = SignedInProps & Readonly<{ announce: (text: string) => void }>;

function Account({ client, me, onLeave, announce }: AccountProps) {
  const signOut = (): void => {
    if (me.signed_in_by === 'token') onLeave();
    else
      client.signOut().then(
        (place) => {
          location.assign(place);
        },
        (error: unknown) => {
          announce(faultOf(error).message);
        },
      );
  };
  return (
    <p class="account">
      <span>
        <span class="unseen">Signed in as </span>
        {me.user}
      </span>
      <button type="button" class="plain" onClick={signOut}>
        Sign out
      </button>
    </p>
  );
}

/** The address that is shown, how to show another, and whether one was. */
function useRoute(): readonly [Route, PageSession['go'], () => boolean] {
  const read = (): Route => routeOf(location.pathname, location.search);
  const [route, setRoute] = useState(read);
  const moves = useRef(0);
  const show = useCallback(() => {
    moves.current += 1;
    setRoute(read());
  }, []);
  useEffect(() => {
    addEventListener('popstate', show);
    return () => {
      removeEventListener('popstate', show);
    };
  }, [show]);
  const go = useCallback(
    (path: string) => {
      history.pushState(null, '', path);
      scrollTo(0, 0);
      show();
    },
    [show],
  );
  return [route, go, useCallback(() => moves.current > 0, [])];
}
