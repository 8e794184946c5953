import { Gauge, type Registry as Registers } from 'prom-client';
import type { Suspension } from '../sources/suspendfile.ts';

/** Adds what is known of the file that suspends every tenant; gives what sets it. Without such a file nothing does. */
export function addSuspensionGauges(small: Registers): (suspension: Suspension) => void {
  const registers = [small];
  const suspended = new Gauge({
    name: 'omneo_gateway_suspended_all',
    help: 'Whether SUSPEND_ALL_FILE suspends every tenant: 1 or 0.',
    registers,
  });
  const readable = new Gauge({
    name: 'omneo_gateway_suspend_all_file_readable',
    help: 'Whether SUSPEND_ALL_FILE says true or false: 1, also if there is no such file to read, or 0.',
    registers,
  });
  const set = ({ isOn, isReadable }: Suspension): void => {
    suspended.set(Number(isOn));
    readable.set(Number(isReadable));
  };
  set({ isOn: false, isReadable: true });
  return set;
}
