/** A variable of the environment, with its default as a user would write it. */
export type Setting<T> = Readonly<{
  variable: string;
  initial: string;
  help: string;
  parse: (text: string) => T;
}>;

/** A setting as it is listed. */
export function setting<T>(
  variable: string,
  initial: string,
  parse: (text: string) => T,
  help: string,
): Setting<T> {
  return Object.freeze({ variable, initial, help, parse });
}
