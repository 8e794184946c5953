import { expect } from 'chai';
import { document } from '../../console/openapidocument.ts';
import { readText } from '../../support/pages.ts';

type ObjectSchema = Readonly<{ properties: object; required: readonly string[] }>;

/** The fields of a type as the file writes them, without those of types within it. */
function fieldsOf(source: string, type: string): [name: string, isOptional: boolean][] {
  const [, body = ''] =
    new RegExp(`^export type ${type} = Readonly<{([\\s\\S]*?)}>;\\n$`, 'm').exec(source) ?? [];
  const flat = body.replaceAll(/Readonly<{[^}]*}>/g, 'object').replaceAll(/Record<[^>]*>/g, 'object');
  return [...flat.matchAll(/(\w+)(\??): /g)].map(([, name = '', mark]) => [name, mark === '?']);
}

describe('what the command line reads of an answer', () => {
  const schemas: Readonly<Record<string, string>> = {
    ApiDelivery: 'Delivery',
    ApiDeliveryPage: 'DeliveryPage',
    ApiEvent: 'Event',
    ApiDeliveryDetails: 'DeliveryDetails',
    ApiBudget: 'Budget',
    ApiTenant: 'Tenant',
    ApiTenantList: 'TenantList',
    ApiActivity: 'Activity',
    ApiBulkResult: 'BulkResult',
    ApiErasure: 'Erasure',
    ApiRehearsal: 'Rehearsal',
    ApiProblem: 'Problem',
  };

  it('is in the description of the API, and may be absent where it may be absent there', async () => {
    const source = await readText('src/cli/client/answers.ts');
    const types = [...source.matchAll(/^export type (\w+)/gm)].map(([, name = '']) => name);
    expect(types).to.have.members(Object.keys(schemas));
    for (const type of types) {
      const { properties, required } = document.components.schemas[schemas[type] ?? ''] as ObjectSchema;
      const fields = fieldsOf(`${source}\n`, type);
      expect(fields, type).not.to.deep.equal([]);
      for (const [name, isOptional] of fields) {
        expect(properties, type).to.have.property(name);
        expect(required.includes(name), `${type}.${name} may be absent`).to.equal(!isOptional);
      }
    }
  });
});
