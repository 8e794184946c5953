import type { ResourceId } from '../../lib/resourceid.ts';
import { UpstreamError } from '../../omneo/client/upstream.ts';
import type { Omneo } from '../../omneo/omneo.ts';
import type { ActionAttempt, AttemptBasis, Existing, PersonMatch } from '../action.ts';
import { type MadeWith, ResourceAttempt } from '../resourceattempt.ts';
import type { NewResource } from '../../omneo/resources/calls.ts';
import type { BenefitWebhook } from './payload.ts';

type BenefitAttemptParts = Readonly<{
  omneo: Pick<Omneo, 'findProfile' | 'benefits' | 'benefitDefinitions'>;
  basis: AttemptBasis;
  webhook: BenefitWebhook;
  /** The fields of its create, of this definition. */
  toBenefit: (made: MadeWith, definitionId: number) => NewResource;
}>;

/** One attempt at a benefit: as at anything with an `external_id`, once it is known which definition is meant. */
export class BenefitAttempt implements ActionAttempt {
  readonly #parts: BenefitAttemptParts;
  #definitionId: number;
  #attempt: ResourceAttempt;

  constructor(parts: BenefitAttemptParts) {
    this.#parts = parts;
    const { definition } = parts.webhook;
    this.#definitionId = 'id' in definition ? definition.id : Number.NaN;
    this.#attempt = this.#of(this.#definitionId);
  }

  async find(): Promise<Readonly<{ existing: Existing; match: PersonMatch }>> {
    const { omneo, webhook } = this.#parts;
    if ('handle' in webhook.definition) {
      this.#definitionId = await omneo.benefitDefinitions.idOf(webhook.definition.handle);
      this.#attempt = this.#of(this.#definitionId);
    }
    return this.#attempt.find();
  }

  isMissConclusive(): Promise<boolean | 'untried'> {
    return this.#attempt.isMissConclusive();
  }

  checkCreatable(): Promise<void> {
    const { omneo, webhook } = this.#parts;
    return omneo.benefitDefinitions.check(this.#definitionId, 'id' in webhook.definition ? 'id' : 'handle');
  }

  async create(deadline: number): Promise<ResourceId> {
    try {
      return await this.#attempt.create(deadline);
    } catch (error) {
      if (error instanceof UpstreamError && error.fault === 'rejected') await this.#explain();
      throw error;
    }
  }

  findAgain(wasTaken: boolean): Promise<Existing> {
    return this.#attempt.findAgain(wasTaken);
  }

  isFindable(): boolean {
    return this.#attempt.isFindable();
  }

  /** Omneo has refused it for good: throws why, if its definition shows that. */
  async #explain(): Promise<void> {
    try {
      await this.checkCreatable();
    } catch (error) {
      // That the reason cannot be read changes nothing: the refusal itself is thrown then.
      if (!(error instanceof UpstreamError)) throw error;
      if (error.fault === 'rejected') throw error;
    }
  }

  #of(definitionId: number): ResourceAttempt {
    const { omneo, basis, webhook, toBenefit } = this.#parts;
    return new ResourceAttempt({
      omneo,
      resources: omneo.benefits,
      basis,
      webhook: { ...webhook, definitionId, amount: webhook.value },
      toResource: (made) => toBenefit(made, definitionId),
    });
  }
}
