/** As much of Fastify as its baseline uses, so that the types hold before bench/ is installed. */
declare module 'fastify' {
  type Request = { readonly headers: Record<string, string | undefined>; readonly body: unknown };
  type Reply = { code(status: number): Reply; send(body: object): Reply };
  type Handler = (request: Request, reply: Reply) => Promise<unknown>;
  type Options = { schema: object; onRequest: Handler };
  export function fastify(options: object): {
    post(path: string, options: Options, handler: Handler): void;
    get(path: string, handler: () => Promise<string>): void;
    setErrorHandler(
      handler: (error: Error & { statusCode?: number }, request: Request, reply: Reply) => void,
    ): void;
    addHook(
      name: 'onResponse',
      hook: (request: Request, reply: { statusCode: number; elapsedTime: number }) => Promise<void>,
    ): void;
    listen(options: { port: number; host: string }): Promise<string>;
  };
}
