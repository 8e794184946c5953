import { type Command, Option } from 'commander';
import { ConsoleClient } from '../client/consoleclient.ts';
import { serverAddress } from '../client/serveraddress.ts';
import { tokenFile, tokenReader } from '../client/tokenfile.ts';
import type { Terminal } from '../terminal.ts';
import { jsonText } from '../view/printable.ts';

/** What every command that asks the console takes. */
export type RunOptions = Readonly<{
  server?: string;
  tokenFile?: string;
  insecure?: true;
  output: 'table' | 'json';
}>;

/** The options by which a command finds the console, and how it shows what it gets. */
export function takeRunOptions(command: Command): Command {
  return command
    .optionsGroup('Console:')
    .option('--server <url>', 'the console (default: GATEWAY_CONSOLE_URL, or that of this machine)')
    .option(
      '--token-file <file>',
      'file with the token (default: GATEWAY_TOKEN_FILE, ADMIN_TOKEN_FILE, or of the Pod)',
    )
    .option('--insecure', 'send the token to another machine over plain http')
    .addOption(
      new Option('-o, --output <form>', 'table for people, json for programs')
        .choices(['table', 'json'])
        .default('table'),
    );
}

/** One run of a command: whom it asks, and where it shows what it gets. */
export class CommandRun {
  readonly client: ConsoleClient;
  readonly terminal: Terminal;
  readonly isJson: boolean;

  /** @throws CommandFailure if there is no console or no token by these options */
  constructor({ server, tokenFile: file, insecure, output }: RunOptions, terminal: Terminal) {
    const { env } = terminal;
    const address = serverAddress(server, insecure === true, env);
    const token = tokenReader(tokenFile(file, env));
    this.client = new ConsoleClient({ server: address, token });
    this.terminal = terminal;
    this.isJson = output === 'json';
  }

  /** Shows a document as it is, or as these lines for people. */
  show(document: object, lines: () => readonly string[]): void {
    if (this.isJson) this.say(jsonText(document));
    else this.sayAll(lines());
  }

  sayAll(lines: readonly string[]): void {
    for (const line of lines) this.say(line);
  }

  /** One line of what was asked for. */
  say(line: string): void {
    this.terminal.stdout.write(`${line}\n`);
  }

  /** One line beside what was asked for. */
  note(line: string): void {
    this.terminal.stderr.write(`${line}\n`);
  }
}
