/** Which processors the bench uses: two cores shared by everything would measure who waits for whom. */
import { execFileSync } from 'node:child_process';
import { accessSync, readFileSync } from 'node:fs';
import { delimiter, join } from 'node:path';

/** One core for the program that is measured, one for everything beside it. */
export type Cores = Readonly<{ measured: number; beside: number }>;

/** The processors in a list of Linux, such as `0-1,4`. */
export function processorsIn(list: string): readonly number[] {
  return list
    .trim()
    .split(',')
    .filter((part) => part !== '')
    .flatMap((part) => {
      const [first = Number.NaN, last = first] = part.split('-').map(Number);
      return Array.from({ length: last - first + 1 }, (_, index) => first + index);
    });
}

/** The last and the first, which are threads of one core only if there are no others; a sentence if nothing can be pinned. */
export function chooseCores(allowed: readonly number[], hasTaskset: boolean): Cores | string {
  const [beside, measured] = [allowed.at(0), allowed.at(-1)];
  if (beside === undefined || measured === undefined)
    return 'not pinned, since the allowed cores are unknown';
  if (beside === measured) return 'not pinned, since only one core is allowed';
  if (!hasTaskset) return 'not pinned, since there is no taskset';
  return { measured, beside };
}

/** For the last line of the bench. */
export function coresTold(cores: Cores | string): string {
  if (typeof cores === 'string') return cores;
  return `what is measured on core ${cores.measured}, load and upstream on core ${cores.beside}`;
}

/** As they were when the bench was started, before it pinned itself. */
export const cores: Cores | string = chooseCores(processorsIn(allowedList()), isOnPath('taskset'));

/** The command and the arguments that run Node with these arguments where it is measured. */
export function onMeasuredCore(args: readonly string[]): [command: string, args: readonly string[]] {
  if (typeof cores === 'string') return [process.execPath, args];
  return ['taskset', ['--cpu-list', String(cores.measured), process.execPath, ...args]];
}

/** Takes the bench, and with it every process that it starts from now on, to the core beside. */
export function stepAside(): void {
  if (typeof cores === 'string') return;
  const all = ['--all-tasks', '--cpu-list', '--pid', String(cores.beside), String(process.pid)];
  execFileSync('taskset', all, { stdio: 'ignore' });
}

function allowedList(): string {
  try {
    const status = readFileSync('/proc/self/status', 'utf8');
    return /^Cpus_allowed_list:\s*(.*)$/m.exec(status)?.[1] ?? '';
  } catch {
    return ''; // No Linux: nothing is pinned, and the last line says so.
  }
}

function isOnPath(program: string): boolean {
  return (process.env['PATH'] ?? '').split(delimiter).some((folder) => {
    try {
      accessSync(join(folder, program));
      return true;
    } catch {
      return false; // Not in this one.
    }
  });
}
