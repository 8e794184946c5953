/** docs/openapi.yaml against the code: every answer in the API's tests is checked against it where it is received. */
import { expect } from 'chai';
import { createApiRouter } from '../../src/console/api/apirouter.ts';
import { permissions } from '../../src/console/access/access.ts';
import { consoleProblems } from '../../src/console/consoleproblem.ts';
import { deliveryStates, discardReasons } from '../../src/ledger/deliveries/deliveryadmin.ts';
import { parkedReasons, waitingReasons } from '../../src/ledger/deliveries/deliveries.ts';
import { allActions } from '../../src/actions/actions.ts';
import { deviationsOf, document } from './openapidocument.ts';

/** What the routes are made of matters to none of them before they are asked. */
const parts = { actions: [], log: { info: () => undefined } } as unknown as Parameters<
  typeof createApiRouter
>[0];

function valuesOf(schema: string, property?: string): unknown {
  const { [schema]: found } = document.components.schemas;
  const { enum: values, properties } = found as {
    enum?: unknown;
    properties?: Record<string, { enum?: unknown }>;
  };
  return property === undefined ? values : properties?.[property]?.enum;
}

describe('docs/openapi.yaml', () => {
  it('describes every route of the API, and no other', () => {
    const described = Object.entries(document.paths).flatMap(([path, operations]) =>
      Object.keys(operations).map((method) => `${method.toUpperCase()} ${path}`),
    );
    const routes = createApiRouter(parts).stack.flatMap(({ methods, path }) => {
      const written = path.toString().replaceAll(/:(\w+)/g, '{$1}');
      // What answers every method answers that it is a wrong one.
      return methods.includes('PUT')
        ? []
        : methods.filter((name) => name !== 'HEAD').map((name) => `${name} ${written}`);
    });
    expect(routes).to.have.members(described);
    expect(routes.length).to.be.above(10);
  });

  it('lists every problem', () => {
    expect(valuesOf('Problem', 'code')).to.have.members(Object.keys(consoleProblems));
  });

  it('lists every state, reason, permission and action', () => {
    expect(valuesOf('State')).to.have.members([...deliveryStates]);
    expect(valuesOf('Reason')).to.have.members([
      ...new Set([...waitingReasons, ...parkedReasons, ...discardReasons]),
    ]);
    expect(valuesOf('Permission')).to.have.members([...permissions]);
    expect(valuesOf('ActionName')).to.have.members(allActions().map(({ name }) => name));
  });

  it('has an operation id for each operation, and each once', () => {
    const ids = Object.values(document.paths).flatMap((operations) =>
      Object.values(operations).map(({ operationId }) => operationId),
    );
    expect(new Set(ids).size).to.equal(ids.length);
  });

  it('is what the tests hold answers against: one with a field too many, or of another type, deviates', () => {
    const exchange = { method: 'GET', target: '/api/v1/me', sent: undefined, status: 200 };
    const json = { ...exchange, contentType: 'application/json; charset=utf-8' };
    expect(deviationsOf({ ...json, received: { user: 'a', signed_in_by: 'token' } })).to.deep.equal([]);
    for (const received of [{ user: 'a' }, { user: 'a', signed_in_by: 'token', more: 1 }, []])
      expect(deviationsOf({ ...json, received })).to.not.deep.equal([]);
    const problem = { ...json, status: 404, received: { code: 'not_found' } };
    expect(deviationsOf(problem)).to.have.length.above(1);
  });
});
