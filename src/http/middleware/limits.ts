import { Problem } from '../../lib/problem.ts';

/** Gives back what was taken; further calls do nothing. */
export type Release = () => void;

/** Counts what is under way, per name, and refuses more than there is room for. Names that have nothing under way cost nothing. */
export class Limit {
  readonly #most: number;
  readonly #underWay = new Map<string, number>();

  constructor(most: number) {
    this.#most = most;
  }

  /** Throws the problem `overloaded` when `name` has no room. */
  enter(name: string): Release {
    const taken = this.#underWay.get(name) ?? 0;
    if (taken >= this.#most) throw new Problem('overloaded');
    this.#underWay.set(name, taken + 1);
    let released = false;
    return () => {
      if (released) return;
      released = true;
      const left = (this.#underWay.get(name) ?? 1) - 1;
      if (left === 0) this.#underWay.delete(name);
      else this.#underWay.set(name, left);
    };
  }
}
