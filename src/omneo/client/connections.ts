import { Agent, Dispatcher } from 'undici';

/**
 * Connections that are kept and used again, one pool an origin, and for what asks for it one that is new: a request
 * with `reset` set never meets a connection that was idle, and leaves none behind.
 */
export class Connections extends Dispatcher {
  readonly #kept: Agent;
  readonly #new: Agent;

  constructor(options: Agent.Options) {
    super();
    this.#kept = new Agent(options);
    this.#new = new Agent(options);
  }

  override dispatch(options: Dispatcher.DispatchOptions, handler: Dispatcher.DispatchHandler): boolean {
    return (options.reset === true ? this.#new : this.#kept).dispatch(options, handler);
  }

  override async destroy(): Promise<void> {
    await Promise.all([this.#kept.destroy(), this.#new.destroy()]);
  }
}
