/** What a run ends with, for scripts. docs/cli.md is held against this table. */
export const exitCodes = Object.freeze({
  done: 0,
  failed: 1,
  usage: 2,
  notAllowed: 3,
  notFound: 4,
  unreachable: 5,
});

/** A run that ends without what was asked for. The message is one sentence for whoever typed the command. */
export class CommandFailure extends Error {
  override name = 'CommandFailure';
  readonly exitCode: number;

  constructor(end: keyof typeof exitCodes, sentence: string, cause?: unknown) {
    super(sentence, { cause });
    this.exitCode = exitCodes[end];
  }
}

/** What the system calls an error, such as ENOENT. */
export function systemCode(error: unknown): string {
  return (error as NodeJS.ErrnoException).code ?? 'unknown';
}
