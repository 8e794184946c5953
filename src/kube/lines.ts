import { Restart } from './restart.ts';

/** etcd takes no object above 1.5 MiB, which JSON may stretch; a longer line is no event. */
const maxLength = 16 * 1024 * 1024;

/** The lines of a stream; what follows the last newline was cut off, and is an error. */
export async function* lines(chunks: AsyncIterable<Uint8Array>): AsyncGenerator<string> {
  const decoder = new TextDecoder();
  let rest = '';
  for await (const chunk of chunks) {
    let searched = rest.length;
    rest += decoder.decode(chunk, { stream: true });
    for (let end = rest.indexOf('\n', searched); end >= 0; end = rest.indexOf('\n')) {
      yield rest.slice(0, end);
      rest = rest.slice(end + 1);
      searched = 0;
    }
    if (rest.length > maxLength) throw new Restart('malformed');
  }
  if (rest !== '') throw new Restart('disconnected');
}
