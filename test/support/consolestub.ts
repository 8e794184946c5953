/** A console that answers what a test says, over real HTTP, and judges what it is asked by docs/openapi.yaml. */
import { type IncomingMessage, type ServerResponse, createServer } from 'node:http';
import { once } from 'node:events';
import { text as textOf } from 'node:stream/consumers';
import type { AddressInfo } from 'node:net';
import { expect } from 'chai';
import { deviationsOf } from '../console/openapidocument.ts';
import { type JudgedRequest, judge } from './judgedrequest.ts';

/** A document, or a problem with its status, or nothing at all. */
export type StubAnswer = Readonly<{ status?: number; body: unknown }>;

type Answer = (request: JudgedRequest) => StubAnswer;

export type ConsoleStub = Readonly<{
  url: string;
  /** What was asked so far. */
  requests: readonly JudgedRequest[];
  /** What an operation answers from now on; a list is answered one by one, and its last one again and again. */
  answer: (operation: string, ...answers: readonly (object | Answer)[]) => void;
  authorizations: readonly (string | undefined)[];
  /** What its clock shows from now on, in milliseconds since the epoch. */
  setTime: (at: number) => void;
  /** Forgets what was asked and answered; fails if any of it was not as the description says. */
  settle: () => void;
  close: () => Promise<void>;
}>;

/** A problem as the console answers it. */
export function problemOf(status: number, code: string, more: object = {}): Answer {
  const detail = `What ${code} is about.`;
  const body = { type: 'urn:x', title: code, status, detail, code, request_id: 'r-1', ...more };
  return () => ({ status, body });
}

/** `time` is what its clock shows at first, and again after each test. */
export async function startConsoleStub(time: number): Promise<ConsoleStub> {
  const answers = new Map<string, (object | Answer)[]>();
  const requests: JudgedRequest[] = [];
  const authorizations: (string | undefined)[] = [];
  const faults: string[] = [];
  let now = time;

  async function serve(request: IncomingMessage, response: ServerResponse): Promise<void> {
    const { method = '', url: target = '', headers } = request;
    const text = await textOf(request);
    const sent = text === '' ? undefined : (JSON.parse(text) as unknown);
    const judged = judge(method, target, sent);
    requests.push(judged);
    authorizations.push(headers.authorization);
    const { status = 200, body: received } = nextAnswer(judged);
    const contentType = status < 300 ? 'application/json' : 'application/problem+json';
    const exchange = { method, target, sent, status, contentType, received };
    faults.push(...judged.faults, ...deviationsOf(exchange));
    const date = new Date(now).toUTCString();
    response.writeHead(status, { 'content-type': contentType, date }).end(JSON.stringify(received));
  }

  function nextAnswer(request: JudgedRequest): StubAnswer {
    const list = answers.get(request.operation ?? '') ?? [];
    const next = (list.length > 1 ? list.shift() : list[0]) ?? problemOf(500, 'internal');
    return typeof next === 'function' ? (next as Answer)(request) : { body: next };
  }

  const server = createServer((request, response) => {
    serve(request, response).catch((error: unknown) => {
      faults.push(String(error));
      response.destroy();
    });
  });
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  return {
    url: `http://127.0.0.1:${String((server.address() as AddressInfo).port)}`,
    ...{ requests, authorizations },
    answer: (operation, ...list) => answers.set(operation, [...list]),
    setTime: (at) => {
      now = at;
    },
    settle: () => {
      now = time;
      answers.clear();
      requests.length = 0;
      authorizations.length = 0;
      expect(faults.splice(0)).to.deep.equal([]);
    },
    close: async () => {
      server.closeAllConnections();
      server.close();
      await once(server, 'close');
    },
  };
}
