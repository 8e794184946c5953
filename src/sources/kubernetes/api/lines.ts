import { Restart } from '../informer/restart.ts';

/** etcd takes no object above 1.5 MiB, which JSON may stretch; a longer line is no event. */
const maxLength = 16 * 1024 * 1024;

/** The lines of a stream; what follows the last newline was cut off, and is an error. */
export async function* lines(chunks: AsyncIterable<Uint8Array>): AsyncGenerator<string> {
  const decoder = new TextDecoder();
  let pieces: string[] = [];
  let length = 0;
  for await (const chunk of chunks) {
    const [first = '', ...rest] = decoder.decode(chunk, { stream: true }).split('\n');
    pieces.push(first);
    length += first.length;
    if (length > maxLength) throw new Restart('malformed');
    for (const piece of rest) {
      yield pieces.join('');
      pieces = [piece];
      length = piece.length;
    }
  }
  if (length > 0) throw new Restart('disconnected');
}
