import { useState } from 'preact/hooks';
import type { ApiFault } from './api/fault.ts';
import { FaultBox } from './parts/faultbox.tsx';
import { TextField } from './parts/field.tsx';
import { useTitle } from './parts/heading.tsx';

type SignInProps = Readonly<{
  fault: ApiFault | undefined;
  hasProvider: boolean;
  onToken: (token: string) => Promise<void>;
}>;

/** Asks who somebody is: by the provider of the company, or by a token, which is kept in memory only. */
export function SignIn({ fault, hasProvider, onToken }: SignInProps) {
  useTitle('Sign in');
  const [hasTried, setHasTried] = useState(false);
  // Without a session the first question is always refused, which is no fault.
  const isShown = fault !== undefined && (hasTried || fault.code !== 'unauthenticated');
  return (
    <main class="signin">
      <h1>omneo-gateway console</h1>
      <p>What became of each webhook from Klaviyo, and what to do about it.</p>
      {isShown && <FaultBox fault={fault} />}
      {hasProvider && (
        <p>
          <a class="button" href={`/auth/sign-in?to=${encodeURIComponent(location.pathname)}`}>
            Sign in
          </a>
        </p>
      )}
      <TokenForm
        onToken={(token) => {
          setHasTried(true);
          return onToken(token);
        }}
      />
    </main>
  );
}

function TokenForm({ onToken }: Pick<SignInProps, 'onToken'>) {
  const [token, setToken] = useState('');
  return (
    <form
      onSubmit={(event) => {
        event.preventDefault();
        if (token.trim() !== '') void onToken(token.trim());
      }}
    >
      <TextField
        label="Token"
        isSecret
        value={token}
        onValue={setToken}
        hint="From your platform team. It is kept until you close or reload this page, and stored nowhere."
      />
      <button type="submit">Use this token</button>
    </form>
  );
}
