import { AsyncLocalStorage } from 'node:async_hooks';

/** A file that was entered: how many of its functions were called, and how many calls came from other files. */
export type Visit = Readonly<{ file: string; functions: number; hops: number }>;

/** What was called; visits are in the order in which files were entered first. */
export type Journey = Readonly<{ visits: readonly Visit[]; functions: number; hops: number }>;

/** One call: a synchronous one runs until it returns, an asynchronous one until its promise is settled. */
type Frame = { readonly file: string; readonly caller: Frame | undefined; isRunning: boolean };

type Step = (...args: never[]) => unknown;
type Steps = Readonly<Record<'next' | 'return' | 'throw', Step>>;

/**
 * Records each call of an instrumented function, and whether it is a hop: a call from a function in another file. The
 * caller is the nearest function on the asynchronous path to the call that is still running. A call from outside has no
 * caller, such as that of a listener by a server whose `listen` returned long ago.
 */
export class Recorder {
  readonly #context = new AsyncLocalStorage<Frame>();
  #visits = new Map<string, { functions: Set<string>; hops: number }>();
  #calls = 0;

  /** All calls since the process began. */
  get calls(): number {
    return this.#calls;
  }

  begin(): void {
    this.#visits = new Map();
  }

  /** What has been called since `begin`. */
  end(): Journey {
    const visits = [...this.#visits].map(([file, { functions, hops }]) => ({
      file,
      functions: functions.size,
      hops,
    }));
    const sum = (of: 'functions' | 'hops'): number => visits.reduce((total, visit) => total + visit[of], 0);
    return { visits, functions: sum('functions'), hops: sum('hops') };
  }

  /** Runs the body of a function, which calls `end` when it is over. */
  enter<T>(file: string, name: string, body: (end: () => void) => T): T {
    const frame = this.#frame(file, name);
    return this.#context.run(frame, body, () => {
      frame.isRunning = false;
    });
  }

  /** As `enter`, for a generator, which counts as called once, however often it is resumed. */
  enterGenerator<T extends Steps>(file: string, name: string, body: (end: () => void) => T): T {
    const frame = this.#frame(file, name);
    const generator = body(() => {
      frame.isRunning = false;
    });
    const within =
      (step: Step) =>
      (...args: never[]): unknown =>
        this.#context.run(frame, () => step.apply(generator, args));
    return Object.assign(generator, {
      next: within(generator.next),
      return: within(generator.return),
      throw: within(generator.throw),
    });
  }

  #frame(file: string, name: string): Frame {
    let caller = this.#context.getStore();
    while (caller?.isRunning === false) ({ caller } = caller);
    this.#calls += 1;
    const visit = this.#visits.get(file) ?? { functions: new Set(), hops: 0 };
    this.#visits.set(file, visit);
    visit.functions.add(name);
    if (caller !== undefined && caller.file !== file) visit.hops += 1;
    return { file, caller, isRunning: true };
  }
}

/** The one of this process, which instrumented files import. */
export const recorder = new Recorder();
