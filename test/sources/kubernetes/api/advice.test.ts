import { expect } from 'chai';
import { adviceFor } from '../../../../src/sources/kubernetes/api/advice.ts';

const tenants = '/apis/omneo.io/v1alpha1/omneotenants';
const inLoyalty = '/apis/omneo.io/v1alpha1/namespaces/loyalty/omneotenants';
const secrets = '/api/v1/namespaces/loyalty/secrets';
const leases = '/apis/coordination.k8s.io/v1/namespaces/gw/leases';

describe('the advice to an operator', () => {
  const cases: [status: number, method: string, path: string, query: object, advice: RegExp | undefined][] = [
    [403, 'GET', tenants, {}, /may not list omneotenants\.omneo\.io in all namespaces; grant it/],
    [403, 'GET', inLoyalty, { watch: 'true' }, /may not watch omneotenants\.omneo\.io in namespace loyalty/],
    [403, 'PATCH', `${inLoyalty}/acme/status`, {}, /may not patch omneotenants\/status\.omneo\.io in/],
    [403, 'GET', `${secrets}/acme`, {}, /may not get secrets in namespace loyalty/],
    [403, 'PUT', `${leases}/x`, {}, /may not update leases\.coordination\.k8s\.io in namespace gw/],
    [404, 'GET', tenants, {}, /does not know OmneoTenants; kubectl apply .*-f crds\//],
    [404, 'PATCH', `${inLoyalty}/acme/status`, {}, undefined],
    [404, 'GET', `${secrets}/acme`, {}, undefined],
    [404, 'POST', leases, {}, /no namespace gw for the Lease; create it, or correct POD_NAMESPACE/],
    [400, 'GET', secrets, { labelSelector: '(' }, /SECRET_LABEL_SELECTOR/],
    [400, 'GET', secrets, {}, undefined],
    [401, 'GET', secrets, {}, /does not accept the credentials; see to the ServiceAccount, or to KUBECONFIG/],
    [500, 'GET', secrets, {}, undefined],
  ];

  for (const [status, method, path, query, advice] of cases) {
    it(`follows from ${status} to ${method} ${path} ${JSON.stringify(query)}`, () => {
      const given = adviceFor(status, { method, path, query: { ...query } });
      if (advice === undefined) expect(given).to.equal(undefined);
      else expect(given).to.match(advice).and.not.to.contain('acme');
    });
  }
});
