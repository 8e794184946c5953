import { CommandFailure, type exitCodes } from '../exit.ts';
import { printable } from '../view/printable.ts';
import type { ApiProblem } from './answers.ts';

type End = keyof typeof exitCodes;

const ends: Readonly<Record<number, End>> = {
  400: 'usage',
  401: 'notAllowed',
  403: 'notAllowed',
  404: 'notFound',
};

/** Statuses by which a proxy says that the console is not there. */
const gatewayStatuses = [502, 503, 504];

/** A request that the console refused. `isPassing`: the same one may be answered later. */
export class ConsoleRefusal extends CommandFailure {
  override name = 'ConsoleRefusal';
  readonly isPassing: boolean;

  constructor(end: End, sentence: string, isPassing: boolean) {
    super(end, sentence);
    this.isPassing = isPassing;
  }
}

/** What an answer that is not a success means. */
export function refusalOf(status: number, body: unknown): ConsoleRefusal {
  const isPassing = status === 429 || gatewayStatuses.includes(status);
  if (isProblem(body)) return new ConsoleRefusal(ends[status] ?? 'failed', sentenceOf(body), isPassing);
  if (gatewayStatuses.includes(status))
    return new ConsoleRefusal('unreachable', `Something before the console answered ${status}.`, isPassing);
  return new ConsoleRefusal('failed', foreign(status), isPassing);
}

/** What to say of an answer that no console gives. */
export function foreign(status: number): string {
  return `The server answered ${status} in a way that no console does: look at --server.`;
}

function isProblem(body: unknown): body is ApiProblem {
  const { detail, request_id: id } = (body ?? {}) as Partial<ApiProblem>;
  return typeof detail === 'string' && typeof id === 'string';
}

function sentenceOf({ detail, errors = [], request_id: id }: ApiProblem): string {
  const faults = errors.map(({ field, hint }) => ` ${field}: ${hint}`).join('');
  return printable(`${detail}${faults} (request_id ${id})`);
}
