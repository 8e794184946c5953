import { resolve } from 'node:path';
import { StartupError } from '../../lib/startup.ts';

/** Where the database of the SQLite ledger lies. */
export class SqliteAddress {
  /** Absolute. */
  readonly path: string;

  private constructor(path: string) {
    this.path = path;
  }

  /** Whether a `LEDGER_URL` means this kind of ledger. */
  static isMeant(text: string): boolean {
    return text.startsWith('sqlite:');
  }

  /**
   * `sqlite:<path>`, where a relative path counts from the working directory; `sqlite:///<path>` is an absolute one too.
   *
   * @throws StartupError, for what names no file: no path, a host, or SQLite's own names of databases that are none.
   */
  static parse(text: string): SqliteAddress {
    const path = text.slice('sqlite:'.length);
    if (path === '' || path.startsWith(':') || /^\/\/[^/]/.test(path) || path.endsWith('/'))
      throw new StartupError(
        'must be sqlite: and the path of a file, as in sqlite:/var/lib/omneo-gateway/ledger.db',
      );
    return new SqliteAddress(resolve(path));
  }
}
