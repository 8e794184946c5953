import { type Random, seededRandom } from '../../../sandbox/random.ts';
import type { AttemptKind } from '../../../src/omneo/pace/admission.ts';
import { Pace } from '../../../src/omneo/pace/pace.ts';
import { Events } from './events.ts';
import { type ThrottleNature, type ThrottledCall, createThrottledOmneo } from './throttledomneo.ts';

export type Scene = ThrottleNature &
  Readonly<{
    minutes: number;
    seed?: number;
    /** When each replica starts, in minutes. */
    starts?: readonly number[];
    /** Webhooks a minute that arrive at each replica, at random. One that is not admitted is turned away. */
    arriving?: number;
    /** Whether each replica also has a backlog that never ends. */
    hasBacklog?: boolean;
    /** The limit of the spec. */
    callsPerMinute?: number;
    /** Attempts at the backlog that a replica has under way at most. */
    atOnce?: number;
  }>;

export type Outcome = Readonly<{
  /** Of the calls that the throttle allowed in all this time, the share that was made. */
  used: number;
  /** Calls to Omneo, refused ones among them, for each attempt that got through. */
  callsPerReward: number;
  /** Attempts at the backlog that got through, by replica. */
  waited: readonly number[];
  /** Webhooks that arrived and got through, and those that were not admitted. */
  arrived: number;
  turnedAway: number;
  /** The most calls that Omneo took within a minute on its clock. */
  mostInAMinute: number;
}>;

/** Of attempts: those that need a third call, so that the mean is 2.07. */
const longShare = 0.07;
/** From a call to its answer on average, in milliseconds. */
const latencyMs = 200;

type World = Readonly<{ events: Events; random: Random; omneo: ThrottledCall }>;

/** Lets replicas send all that their paces admit to one Omneo. */
export function simulate(scene: Scene): Outcome {
  const events = new Events();
  const { omneo, seen } = createThrottledOmneo(scene, events, seededRandom((scene.seed ?? 7) + 1));
  const world: World = { events, random: seededRandom(scene.seed ?? 7), omneo };
  const replicas = (scene.starts ?? [0]).map((start) => {
    const replica = new Replica(scene, world);
    events.after(start * 60_000, () => {
      replica.start();
    });
    return replica;
  });
  events.runUntil(scene.minutes * 60_000);
  const waited = replicas.map((replica) => replica.waited);
  const sum = (of: (replica: Replica) => number): number =>
    replicas.reduce((total, each) => total + of(each), 0);
  return {
    used: seen.taken / allowedIn(scene),
    callsPerReward: (seen.taken + seen.refused) / sum((replica) => replica.waited + replica.arrived),
    waited,
    arrived: sum((replica) => replica.arrived),
    turnedAway: sum((replica) => replica.turnedAway),
    mostInAMinute: Math.max(...seen.byMinute),
  };
}

/** Calls that the throttle allows in all its minutes. */
function allowedIn({ minutes, limit, windowMs = 60_000 }: Scene): number {
  const perMinute = Array.from({ length: minutes }, (_, minute) => (limit(minute) * 60_000) / windowMs);
  return perMinute.reduce((sum, calls) => sum + calls, 0);
}

/** One gateway, as far as calls to one Omneo go. */
class Replica {
  waited = 0;
  arrived = 0;
  turnedAway = 0;
  readonly #scene: Scene;
  readonly #world: World;
  readonly #pace: Pace;
  #underWay = 0;

  constructor(scene: Scene, world: World) {
    this.#scene = scene;
    this.#world = world;
    this.#pace = new Pace(world.events.clock);
  }

  start(): void {
    const { hasBacklog = true, arriving = 0 } = this.#scene;
    if (hasBacklog) this.#work();
    if (arriving > 0) this.#awaitArrival(arriving);
  }

  #admit(kind: AttemptKind): number {
    const admission = this.#pace.admit(kind, this.#scene.callsPerMinute);
    return admission.ok ? 0 : admission.retryInMs;
  }

  /** Begins attempts at the backlog until there are enough, or the pace says when to ask again. */
  #work(): void {
    const { events, random } = this.#world;
    while (this.#underWay < (this.#scene.atOnce ?? 16)) {
      const wait = this.#admit('waiting');
      this.#underWay += 1;
      const done = (isThrough: boolean): void => {
        this.#underWay -= 1;
        this.waited += isThrough ? 1 : 0;
        this.#work();
      };
      if (wait === 0) {
        this.#attempt(done);
        continue;
      }
      // Timers are late at times.
      events.after(wait + 5 * random(), () => {
        done(false);
      });
      return;
    }
  }

  #awaitArrival(perMinute: number): void {
    const { events, random } = this.#world;
    events.after((-Math.log(1 - random()) * 60_000) / perMinute, () => {
      this.#awaitArrival(perMinute);
      if (this.#admit('arrives') > 0) this.turnedAway += 1;
      else
        this.#attempt((isThrough) => {
          this.arrived += isThrough ? 1 : 0;
        });
    });
  }

  /** Two or three calls, one after the other; the first that is refused ends it. */
  #attempt(done: (isThrough: boolean) => void): void {
    let left = this.#world.random() < longShare ? 3 : 2;
    const answered = (status: number): void => {
      left -= 1;
      if (status === 200 && left > 0) this.#call(answered);
      else done(status === 200);
    };
    this.#call(answered);
  }

  #call(answered: (status: number) => void): void {
    const { events, random, omneo } = this.#world;
    const sentAt = this.#pace.called();
    const oneWay = latencyMs * (0.25 + 0.5 * random());
    events.after(oneWay, () => {
      const answer = omneo();
      events.after(oneWay, () => {
        this.#pace.answered(sentAt, answer);
        answered(answer.status);
      });
    });
  }
}
