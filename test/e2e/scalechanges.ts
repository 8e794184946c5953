/** Changes to tenants and Secrets at random, each with what webhooks are answered once it is served. */
import type { Random } from '../../sandbox/random.ts';
import { secret, tenant, type Manifest } from './gateway.ts';
import type { Api } from './operatorapi.ts';

export type Change = {
  readonly kind: Kind;
  readonly name: string;
  /** Makes the change; resolves with the API server's answer. */
  make(api: Api): Promise<void>;
  /** What a webhook with this secret is answered from then on. */
  readonly secret: string;
  readonly status: number;
};

export type Kind = 'create' | 'delete' | 'suspend' | 'resume' | 'rotate' | 'refer';

type State = { readonly suspend: boolean; readonly version: number; readonly key: string };

/** Draws changes to a set of tenants that it keeps in mind. */
export class Changes {
  readonly #random: Random;
  readonly #baseURL: string;
  readonly #tenants = new Map<string, State>();
  #made = 0;

  constructor(random: Random, baseURL: string) {
    this.#random = random;
    this.#baseURL = baseURL;
  }

  /** The next change; as many tenants are made as are removed. */
  next(): Change {
    const names = [...this.#tenants.keys()];
    const name = names[Math.floor(this.#random() * names.length)];
    const state = name === undefined ? undefined : this.#tenants.get(name);
    if (name === undefined || !state || names.length < 10) return this.#create();
    const kinds: readonly Kind[] = [
      'create',
      'delete',
      state.suspend ? 'resume' : 'suspend',
      'rotate',
      'refer',
    ];
    const kind = kinds[Math.floor(this.#random() * kinds.length)] ?? 'create';
    return kind === 'create' ? this.#create() : this.#change(kind, name, state);
  }

  #create(): Change {
    const name = `tenant-${++this.#made}`;
    const state = { suspend: false, version: 1, key: 'one' };
    const manifests = [
      secret(`${name}-omneo`, { token: 'acme-static-token' }),
      this.#secret(name, state),
      this.#tenant(name, state),
    ];
    return this.#changed('create', name, { after: state, manifests });
  }

  #change(kind: Kind, name: string, before: State): Change {
    switch (kind) {
      case 'delete':
        return this.#delete(name, before);
      case 'rotate': {
        const after = { ...before, version: before.version + 1 };
        return this.#changed(kind, name, { after, manifests: [this.#secret(name, after)] });
      }
      case 'refer': {
        const after = { ...before, key: before.key === 'one' ? 'two' : 'one' };
        return this.#changed(kind, name, { after, manifests: [this.#tenant(name, after)] });
      }
      default: {
        const after = { ...before, suspend: kind === 'suspend' };
        return this.#changed(kind, name, { after, manifests: [this.#tenant(name, after)] });
      }
    }
  }

  #changed(
    kind: Kind,
    name: string,
    { after, manifests }: { after: State; manifests: readonly Manifest[] },
  ): Change {
    this.#tenants.set(name, after);
    const make = async (api: Api): Promise<void> => {
      for (const manifest of manifests) succeed(await api.apply(manifest));
    };
    return { kind, name, make, secret: valueOf(name, after.key, after), status: after.suspend ? 503 : 200 };
  }

  #delete(name: string, before: State): Change {
    this.#tenants.delete(name);
    const make = async (api: Api): Promise<void> => {
      succeed(await api.remove(this.#tenant(name, before)));
    };
    return { kind: 'delete', name, make, secret: valueOf(name, before.key, before), status: 401 };
  }

  #secret(name: string, state: State): Manifest {
    const [one, two] = [valueOf(name, 'one', state), valueOf(name, 'two', state)];
    return secret(`${name}-klaviyo`, { one, two });
  }

  #tenant(name: string, { suspend, key }: State): Manifest {
    const klaviyo = { secretRefs: [{ name: `${name}-klaviyo`, key }] };
    return tenant(name, { baseURL: this.#baseURL, spec: { suspend, klaviyo } });
  }
}

function valueOf(name: string, key: string, { version }: State): string {
  return `webhook-secret-${key}-${version}-of-${name}`;
}

function succeed({ status, body }: { status: number; body: { message?: string } }): void {
  if (status >= 300) throw new Error(body.message ?? `the API server answered ${status}`);
}
