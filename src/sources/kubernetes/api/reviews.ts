import type { Clock } from '../../../lib/clock.ts';
import { Semaphore } from '../../../lib/semaphore.ts';
import { ApiError } from './apierror.ts';
import { KubeClient } from './client.ts';
import { connect } from './kubeconfig.ts';
import { fieldsOf, stringOf } from './object.ts';

/** People wait for it: for a turn, and then for the answer. In milliseconds. */
const deadlineMs = 5_000;
/** Reviews under way at once: each has a connection, and somebody may have to do with thousands of namespaces. */
const mostAtOnce = 16;

/** A user as the API server knows it. */
type KubeUser = Readonly<{
  user: string;
  groups: readonly string[];
  uid?: string;
  extra?: Readonly<Record<string, readonly string[]>>;
}>;

/** A verb on a resource of group omneo.io; without a namespace in all of them. */
type KubeAction = Readonly<{ verb: string; resource: string; subresource: string; namespace: string }>;

type ReviewOptions = Readonly<{
  /** Path of a kubeconfig; undefined: the cluster around this process. */
  kubeconfig: string | undefined;
  clock: Clock;
}>;

/** Asks the API server whose a token is, and what a user may do. Every failure is an error: it never guesses. */
export class KubeReviews {
  readonly #options: ReviewOptions;
  readonly #semaphore: Semaphore;
  #client: Promise<KubeClient> | undefined;

  constructor(options: ReviewOptions) {
    this.#options = options;
    this.#semaphore = new Semaphore({
      most: mostAtOnce,
      longestWaitMs: deadlineMs,
      clock: options.clock,
      tooLate: () => new ApiError(0, 'Timeout'),
    });
  }

  /** Whose token it is, by a TokenReview for the API server's own audiences; undefined: nobody's. */
  async userOf(token: string): Promise<KubeUser | undefined> {
    const status = await this.#review('/apis/authentication.k8s.io/v1/tokenreviews', 'TokenReview', {
      token,
    });
    const { username, groups, uid, extra } = fieldsOf(status['user']);
    if (status['authenticated'] !== true || stringOf(username) === '') return undefined;
    return {
      user: stringOf(username),
      groups: stringsIn(groups),
      ...(stringOf(uid) !== '' && { uid: stringOf(uid) }),
      extra: Object.fromEntries(
        Object.entries(fieldsOf(extra)).map(([key, values]) => [key, stringsIn(values)]),
      ),
    };
  }

  /** Whether the user may do it, by a SubjectAccessReview. */
  async isAllowed({ user, groups, uid, extra }: KubeUser, action: KubeAction): Promise<boolean> {
    const status = await this.#review(
      '/apis/authorization.k8s.io/v1/subjectaccessreviews',
      'SubjectAccessReview',
      { user, groups, uid, extra, resourceAttributes: { group: 'omneo.io', ...action } },
    );
    return status['allowed'] === true && status['denied'] !== true;
  }

  async close(): Promise<void> {
    await this.#client?.then(
      (client) => client.close(),
      () => undefined, // whoever asked has seen why there is none
    );
  }

  /** The status of a review of this kind. */
  async #review(path: string, kind: string, spec: object): Promise<Readonly<Record<string, unknown>>> {
    const apiVersion = path.split('/').slice(2, 4).join('/');
    const client = await this.#connected();
    const call = { body: { apiVersion, kind, spec }, deadlineMs };
    return fieldsOf(fieldsOf(await this.#semaphore.run(() => client.request('POST', path, call)))['status']);
  }

  /** One connection for all; where there is no way yet, the next review looks again. */
  #connected(): Promise<KubeClient> {
    const { kubeconfig, clock } = this.#options;
    this.#client ??= connect(kubeconfig)
      .then((connection) => new KubeClient({ connection, clock }))
      .catch((error: unknown) => {
        this.#client = undefined;
        throw error;
      });
    return this.#client;
  }
}

function stringsIn(value: unknown): readonly string[] {
  return Array.isArray(value) ? value.filter((each) => typeof each === 'string') : [];
}
