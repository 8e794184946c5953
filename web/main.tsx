import { render } from 'preact';
import { Client } from './api/client.ts';
import { App } from './app.tsx';

/** Whether people can sign in by a provider is written into the page by the server. */
const hasProvider = document.querySelector<HTMLMetaElement>('meta[name="sign-in"]')?.content === 'provider';
const place = document.getElementById('app');
const client = new Client((path, init) => fetch(path, init));
if (place !== null) render(<App client={client} hasProvider={hasProvider} />, place);
