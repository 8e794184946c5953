import type { ResourceKind } from '../resources/kind.ts';

/** Among the credits of everybody who writes to this Omneo, those of the gateway. */
const namespace = 'klaviyo-flow';

/** Credits, such as gift cards and store credit. Omneo tells those of one system from those of another by a namespace. */
export const creditKind = Object.freeze<ResourceKind>({
  noun: 'credit',
  path: '/credits',
  operations: {
    list: 'credits.list',
    create: 'credits.create',
    get: 'credits.get',
    definitions: 'credit-definitions.list',
    definition: 'credit-definitions.get',
  },
  filters: { 'filter[external_namespace]': namespace },
  marks: { external_namespace: namespace },
  definitionField: 'credit_definition_id',
  amountField: 'value_initial',
});
