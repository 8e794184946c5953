import { createServer } from 'node:http';
import { close, host, listen } from '../loopback.ts';
import { createEventApi, type EventApi, type EventApiOptions } from './eventapi.ts';

export type KlaviyoOptions = EventApiOptions & {
  /** 0, the default, takes a free one. */
  port?: number;
};

/** A stand-in for Klaviyo, on a server of its own. */
export type Klaviyo = Omit<EventApi, 'serve' | 'reset'> & {
  /** `http://127.0.0.1:PORT` */
  url: string;
  close: () => Promise<void>;
};

/** Starts a Klaviyo that listens on the loopback address and takes events. */
export async function startKlaviyo(options: KlaviyoOptions): Promise<Klaviyo> {
  const { serve, events, answers, setKeys, setFault } = createEventApi(options);
  const server = createServer((request, response) => {
    // What fails here is a caller that left in the middle of its own request.
    serve(request, response).catch((error: unknown) =>
      response.destroy(error instanceof Error ? error : undefined),
    );
  });
  const port = await listen(server, options.port ?? 0);
  return {
    url: `http://${host}:${port}`,
    ...{ events, answers, setKeys, setFault },
    close: () => close(server),
  };
}
