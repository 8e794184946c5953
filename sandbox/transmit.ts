import type { ServerResponse } from 'node:http';
import { setTimeout as sleep } from 'node:timers/promises';
import type { Fault } from './faults.ts';
import type { Answer } from './http.ts';

/** Waits without keeping the process alive for it. */
export const pause = (ms: number) => sleep(ms, undefined, { ref: false });

function writeHead(response: ServerResponse, { status, headers }: Answer, bytes: number) {
  // A 204 must not carry a length.
  response.writeHead(status, status === 204 ? headers : { ...headers, 'content-length': String(bytes) });
}

async function drip(response: ServerResponse, answer: Answer, ms: number) {
  const body = Buffer.from(answer.body);
  writeHead(response, answer, body.length);
  response.flushHeaders();
  // A timer cannot be finer than a millisecond, so in a short time a step takes several bytes.
  const steps = Math.max(1, Math.min(body.length, Math.floor(ms)));
  const size = Math.ceil(body.length / steps);
  for (let sent = 0; sent < body.length && !response.destroyed; sent += size) {
    await pause(ms / steps);
    response.write(body.subarray(sent, sent + size));
  }
  response.end();
}

function truncate(response: ServerResponse, answer: Answer) {
  const body = Buffer.from(answer.body);
  writeHead(response, answer, body.length + 64);
  response.write(body, () => response.socket?.destroySoon());
}

async function hang(response: ServerResponse, ms: number | undefined) {
  if (ms === undefined) return;
  await pause(ms);
  response.destroy();
}

/** Sends an answer, or spoils the connection as the fault says. */
export async function transmit(response: ServerResponse, answer: Answer, fault: Fault | undefined) {
  if (fault?.kind === 'reset') response.socket?.resetAndDestroy();
  else if (fault?.kind === 'hang') await hang(response, fault.ms);
  else if (fault?.kind === 'drip') await drip(response, answer, fault.ms);
  else if (fault?.kind === 'truncated') truncate(response, answer);
  else {
    writeHead(response, answer, Buffer.byteLength(answer.body));
    response.end(answer.body);
  }
}
