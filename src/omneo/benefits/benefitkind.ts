import type { ResourceKind } from '../resources/kind.ts';

/** Benefits, such as a free gift or a place at an event. Omneo shows their `external_id`. */
export const benefitKind = Object.freeze<ResourceKind>({
  noun: 'benefit',
  path: '/benefits',
  operations: {
    list: 'benefits.list',
    create: 'benefits.create',
    get: 'benefits.get',
    definitions: 'benefit-definitions.list',
    definition: 'benefit-definitions.get',
  },
  filters: {},
  marks: {},
  definitionField: 'benefit_definition_id',
  amountField: 'value',
});
