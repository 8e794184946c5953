import type { Identity } from './access.ts';

/** A user as Kubernetes is asked about it. */
export type ReviewedUser = Readonly<Pick<Identity, 'user' | 'groups' | 'uid' | 'extra'>>;

/** A verb on a resource of group omneo.io; namespace `''` means all of them. */
export type ReviewedAction = Readonly<{
  verb: string;
  resource: string;
  subresource: string;
  namespace: string;
}>;

/** What is asked of Kubernetes. Whatever keeps a review from an answer is thrown. */
export interface Reviews {
  /** Whose token it is; undefined: nobody's. */
  userOf(token: string): Promise<ReviewedUser | undefined>;
  /** Whether the user may do it. */
  isAllowed(user: ReviewedUser, action: ReviewedAction): Promise<boolean>;
  close(): Promise<void>;
}
