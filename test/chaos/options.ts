/** What the command line asks for. */
import { parseArgs } from 'node:util';
import { type ActionName, isActionName, knownActions } from './actions/actions.ts';
import { type LedgerKind, ledgers } from './ledgerserver.ts';
import { type Mode, modes } from './mode.ts';

export const sabotages = ['fencing', 'lookup', 'courier', 'unconfirmed'] as const;
/** What is taken out to see whether the checkers notice. */
export type Sabotage = (typeof sabotages)[number];

export type Options = Readonly<{
  webhooks: number;
  seed: number;
  /** The run takes no longer. */
  minutes: number;
  ledger: LedgerKind;
  mode: Mode;
  /** Those that webhooks are of. */
  actions: readonly ActionName[];
  sabotage: Sabotage | undefined;
  /** The run of a sabotage, with nothing taken out: the check of the check. */
  intact: boolean;
  /** What the caller makes of a connection that breaks or times out: Klaviyo does not say what it does. */
  breaks: 'retry' | 'final';
}>;

export const usage = `Usage: npm run chaos -- [--webhooks 3000] [--seed N] [--minutes M] [--ledger ${ledgers.join('|')}]
       [--mode ${modes.join('|')}] [--actions ${knownActions.join(',')}]
       [--sabotage ${sabotages.join('|')} [--intact]] [--breaks retry|final]`;

/** Reads the arguments. Throws an Error with one sentence about the one that is wrong. */
export function readOptions(args: readonly string[], randomSeed: number): Options {
  const { values } = parseArgs({
    args: [...args],
    options: {
      webhooks: { type: 'string', default: '3000' },
      seed: { type: 'string', default: String(randomSeed) },
      minutes: { type: 'string' },
      ledger: { type: 'string', default: 'postgres' },
      mode: { type: 'string' },
      actions: { type: 'string' },
      sabotage: { type: 'string' },
      intact: { type: 'boolean', default: false },
      breaks: { type: 'string', default: 'retry' },
    },
  });
  const webhooks = whole('webhooks', values.webhooks, 1, 1_000_000);
  const sabotage = values.sabotage === undefined ? undefined : oneOf('sabotage', values.sabotage, sabotages);
  const mode = modeOf(values.mode, sabotage);
  const least = leastMinutes[mode];
  return {
    webhooks,
    seed: whole('seed', values.seed, 0, 2 ** 31 - 1),
    minutes:
      values.minutes === undefined ? usualMinutes(webhooks) : number('minutes', values.minutes, least, 600),
    ledger: oneOf('ledger', values.ledger, ledgers),
    mode,
    actions: actionsOf(values.actions, sabotage),
    sabotage,
    intact: values.intact,
    breaks: oneOf('breaks', values.breaks, ['retry', 'final']),
  };
}

/** With less time nothing would be sent. */
const leastMinutes = { synchronous: 2, durable: 2.5 };

/** There is no courier but with durable delivery, and what it takes from the ledger is not claimed. */
const modesOf: Readonly<Partial<Record<Sabotage, Mode>>> = { courier: 'durable', unconfirmed: 'synchronous' };

function modeOf(text: string | undefined, sabotage: Sabotage | undefined): Mode {
  const only = sabotage && modesOf[sabotage];
  const mode = text === undefined ? (only ?? 'synchronous') : oneOf('mode', text, modes);
  if (only !== undefined && mode !== only) throw new Error(`--sabotage ${sabotage} is for --mode ${only}.`);
  return mode;
}

/** What is taken out of the ledger for credits alone shows beside rewards, which must not suffer. */
function actionsOf(text: string | undefined, sabotage: Sabotage | undefined): ActionName[] {
  const usual = sabotage === 'unconfirmed' ? 'rewards,credits' : 'rewards';
  const names = (text ?? usual).split(',');
  const actions = names.filter(isActionName);
  if (actions.length < names.length || new Set(actions).size < names.length)
    throw new Error(
      `--actions takes some of ${knownActions.join(',')}, each once, with commas between them.`,
    );
  if (sabotage === 'unconfirmed' && !actions.includes('credits'))
    throw new Error('--sabotage unconfirmed is for --actions with credits among them.');
  return actions;
}

/** Time for some fifty webhooks a second, and to settle. */
function usualMinutes(webhooks: number): number {
  return Math.ceil(2.5 + webhooks / 3_000);
}

function whole(name: string, text: string, least: number, most: number): number {
  const value = number(name, text, least, most);
  if (!Number.isInteger(value)) throw new Error(`--${name} takes a whole number.`);
  return value;
}

function number(name: string, text: string, least: number, most: number): number {
  const value = Number(text);
  if (text.trim() === '' || !(value >= least && value <= most))
    throw new Error(`--${name} takes a number from ${least} to ${most}.`);
  return value;
}

function oneOf<const T extends string>(name: string, text: string, allowed: readonly T[]): T {
  const found = allowed.find((word) => word === text);
  if (found === undefined) throw new Error(`--${name} takes one of ${allowed.join(', ')}.`);
  return found;
}
