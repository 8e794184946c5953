/** The lines of a watch on their way to the client, which a test may change, add to or end. */
import type { IncomingMessage, ServerResponse } from 'node:http';

/**
 * One thing the client gets: a line; 'end' (the response ends as it should) or 'cut' (the connection breaks); or
 * raw text without a newline, so that half an object can be the last that is seen.
 */
export type Piece = string | { readonly raw: string };

/** What the client gets instead of a line; null is nothing at all. */
export type Pieces = Piece | readonly Piece[] | null;

/** Sends pieces to the client of a watch. */
export function sendPieces(response: ServerResponse, pieces: Pieces): void {
  for (const piece of [pieces ?? []].flat()) {
    // A watch that has ended stays ended, whatever else there is to say.
    if (response.writableEnded || !response.socket?.writable) return;
    if (piece === 'end') {
      response.end();
    } else if (piece === 'cut') {
      // After what was sent before it, but without the end of the response.
      response.socket.destroySoon();
    } else {
      response.write(typeof piece === 'string' ? `${piece}\n` : piece.raw);
    }
  }
}

/** The lines of a watch response; an incomplete last one is not a line. */
export async function* linesOf(source: IncomingMessage): AsyncGenerator<string> {
  let rest = '';
  source.setEncoding('utf8');
  for await (const chunk of source as AsyncIterable<string>) {
    const pieces = (rest + chunk).split('\n');
    rest = pieces.pop() ?? '';
    yield* pieces;
  }
}
