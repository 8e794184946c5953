import type { Omneo } from '../../../src/omneo/omneo.ts';
import { UpstreamError } from '../../../src/omneo/client/upstream.ts';
import { fakeOmneo } from '../../support/omneo.ts';
import { type CreateFault, type Faults, scale } from './faults.ts';
import type { Process } from './process.ts';
import type { World } from './world.ts';

type Reward = Readonly<{ id: number; externalId: string; marker: unknown; visibleAt: number }>;

type Row = Readonly<Record<string, unknown>>;

/** An Omneo of the worst kind that is allowed for: it takes every create it gets, and shows rewards late. */
export class FakeOmneo {
  readonly rewards: Reward[] = [];
  readonly #world: World;
  readonly #faults: Faults;

  constructor(world: World, faults: Faults) {
    this.#world = world;
    this.#faults = faults;
  }

  /** As a process sees it. */
  from(process: Process, name: string): Omneo {
    return fakeOmneo({
      findProfile: () => this.#lookUp(process, () => ({ profileId: 'ada', matchedBy: 'klaviyo' as const })),
      list: (externalId) => this.#lookUp(process, () => this.#visible(externalId)),
      listUntried: (externalId) => this.#lookUp(process, () => this.#visible(externalId)),
      identify: (rows) => {
        const [row] = rows;
        return Promise.resolve(
          row === undefined ? { kind: 'none' } : { kind: 'same', resourceId: Number(row['id']) },
        );
      },
      create: (reward, deadline) => this.#create(process, name, reward, deadline),
    });
  }

  #visible(externalId: string): Row[] {
    const now = this.#world.now;
    return this.rewards.filter((reward) => reward.externalId === externalId && reward.visibleAt <= now);
  }

  #lookUp<T>(process: Process, ask: () => T): Promise<T> {
    const { takes, fails } = this.#faults.lookUp();
    return new Promise((resolve, reject) => {
      this.#world.after(takes, () => {
        const answer = ask();
        process.after(takes, () => {
          if (fails) reject(new UpstreamError('unavailable', 'a look-up failed'));
          else resolve(answer);
        });
      });
    });
  }

  /** Waits for its token, and sends nothing after the deadline: what the real client does. */
  #create(process: Process, name: string, reward: Row, deadline: number): Promise<number> {
    const fault = this.#faults.create();
    return new Promise((resolve, reject) => {
      process.after(fault.token, () => {
        const left = deadline - process.clock.monotonic();
        if (left <= 0) {
          reject(new UpstreamError('unavailable', 'too late to be sent'));
          return;
        }
        this.#world.tell(`${name}: create is sent, ${JSON.stringify(fault)}`);
        const { takes, error } = answerOf(fault, left);
        this.#send(reward, fault, takes, (id) => {
          process.after(0, () => {
            if (error === null) resolve(id);
            else reject(error);
          });
        });
      });
    });
  }

  /** Commits the reward or not; `answered` is called after `takes`. */
  #send(reward: Row, fault: CreateFault, takes: number, answered: (id: number) => void): void {
    const { outcome, commits, late, lag } = fault;
    if (outcome === 'created') {
      this.#world.after(takes, () => {
        answered(this.#commit(reward, lag));
      });
      return;
    }
    this.#world.after(takes, () => {
      answered(0);
    });
    if (outcome === 'refused' || !commits) return;
    this.#world.after(takes + late, () => this.#commit(reward, lag));
  }

  #commit(reward: Row, lag: number): number {
    const id = this.rewards.length + 1;
    const externalId = String(reward['external_id']);
    this.rewards.push({ id, externalId, marker: reward['marker'], visibleAt: this.#world.now + lag });
    this.#world.tell(`omneo: reward ${id} for ${externalId}, shown in ${lag}`);
    return id;
  }
}

function answerOf({ outcome, takes }: CreateFault, left: number): { takes: number; error: Error | null } {
  const ambiguous = new UpstreamError('unavailable', 'no answer', { mayHaveHappened: true });
  if (outcome === 'silent' || takes >= Math.min(left, scale.createMs))
    return { takes: left, error: ambiguous };
  if (outcome === 'broken') return { takes, error: ambiguous };
  return {
    takes,
    error: outcome === 'created' ? null : new UpstreamError('throttled', 'Omneo answered 429'),
  };
}
