import type { ApiParts } from '../apiparts.ts';
import type { ApiStep } from '../apistate.ts';
import type { Audit } from '../audit.ts';
import { digestsOf, isSearch } from '../requests/filters.ts';
import { requestFault, invalidRequest, readFields } from '../requests/requestfields.ts';
import { erasureRequest } from '../requests/schemas.ts';
import type { TenantAccess } from '../tenantaccess.ts';

type Parts = Pick<ApiParts, 'admin' | 'keyring'> & Readonly<{ access: TenantAccess; audit: Audit }>;

/** Nobody has to say why a person is forgotten. */
const why = 'a person is forgotten';

/** `POST /api/v1/erasures` */
export function erasePerson({ admin, keyring, access, audit }: Parts): ApiStep {
  return async function erasePerson(ctx) {
    const { tenant, ...person } = readFields(erasureRequest, ctx.state.body, 'body');
    if (!isSearch(person)) throw invalidRequest([requestFault('email', 'nobody')]);
    const { identity } = ctx.state;
    const { slug } = await access.require(identity, tenant, 'list', 'delete');
    const digests = digestsOf(keyring, slug, person);
    const { erased, underWay } = await admin.erase(slug, digests, { by: identity.user, why });
    audit.changed(ctx, { change: 'erased', tenant: slug, count: erased, why });
    ctx.body = { erased, under_way: underWay };
  };
}
