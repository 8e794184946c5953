import { InvalidArgumentError } from 'commander';

/** Reads the value of an option as a whole number between two bounds that are allowed too. */
export function wholeOption(least: number, most: number): (text: string) => number {
  return (text) => {
    const value = Number(text);
    if (!/^\d+$/.test(text) || value < least || value > most)
      throw new InvalidArgumentError(`Give a whole number from ${least} to ${most}.`);
    return value;
  };
}
