import { expect } from 'chai';
import { problems, type ProblemCode } from '../../src/lib/problem.ts';
import type { Reply } from './gateway.ts';

/** Asserts that the reply is this problem in every particular that holds for all problems; gives its body. */
export function expectProblem(reply: Reply, code: ProblemCode): Record<string, unknown> {
  const { status, title, retryAfter } = problems[code] as {
    status: number;
    title: string;
    retryAfter?: number;
  };
  const { json, headers } = reply;
  expect(json, reply.text).to.include({ type: `urn:omneo-gateway:problem:${code}`, title, status, code });
  expect(reply.status).to.equal(status);
  expect(headers['content-type']).to.match(/^application\/problem\+json(; charset=utf-8)?$/);
  expect(headers['cache-control']).to.equal('no-store');
  expect(headers['x-request-id'])
    .to.equal(json['request_id'])
    .and.to.match(/^[\w.:-]{1,64}$/);
  expect(json['detail'])
    .to.be.a('string')
    .and.to.match(/^[A-Z].*[.,]$/);
  const keys = ['type', 'title', 'status', 'detail', 'code', 'request_id'];
  expect(Object.keys(json)).to.have.members('errors' in json ? [...keys, 'errors'] : keys);
  if (retryAfter === undefined) expect(headers).to.not.have.property('retry-after');
  else expect(headers['retry-after']).to.match(/^[1-9]\d{0,3}$/);
  expect(headers['allow']).to.equal(code === 'method_not_allowed' ? 'POST' : undefined);
  return json;
}

/** The errors of an invalid payload as "field code". */
export function faultsOf(reply: Pick<Reply, 'json'>): string[] {
  const { errors = [] } = reply.json as { errors?: { field: string; code: string; hint: string }[] };
  for (const error of errors) {
    expect(Object.keys(error)).to.have.members(['field', 'code', 'hint']);
    expect(error.hint).to.be.a('string').and.not.empty;
  }
  return errors.map(({ field, code }) => `${field} ${code}`);
}
