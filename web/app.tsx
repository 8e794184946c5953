import { useCallback, useEffect, useState } from 'preact/hooks';
import type { Client } from './api/client.ts';
import { type ApiFault, faultOf, signedOut } from './api/fault.ts';
import type { Me } from './api/types.ts';
import { SignIn } from './signin.tsx';
import { SignedIn } from './signedin.tsx';

type Who = Readonly<{ me?: Me; fault?: ApiFault; isAsking: boolean }>;

/** The page: what somebody sees who is signed in, or how to sign in. */
export function App({ client, hasProvider }: Readonly<{ client: Client; hasProvider: boolean }>) {
  const [who, setWho] = useState<Who>({ isAsking: true });
  const ask = useCallback(
    async (token?: string) => {
      client.useToken(token);
      try {
        setWho({ me: await client.me(), isAsking: false });
      } catch (error) {
        client.useToken(undefined);
        setWho({ fault: faultOf(error), isAsking: false });
      }
    },
    [client],
  );
  useEffect(() => void ask(), [ask]);
  const leave = useCallback(
    (fault?: ApiFault) => {
      client.useToken(undefined);
      setWho({ isAsking: false, ...(fault !== undefined && { fault }) });
    },
    [client],
  );
  useEffect(() => {
    client.whenSignedOut(() => {
      leave(signedOut());
    });
  }, [client, leave]);
  if (who.isAsking) return <p class="asking">Loading…</p>;
  if (who.me === undefined) return <SignIn fault={who.fault} hasProvider={hasProvider} onToken={ask} />;
  return (
    <SignedIn
      client={client}
      me={who.me}
      onLeave={() => {
        leave();
      }}
    />
  );
}
