import { expect } from 'chai';
import { operatorRules, type Rule, viewerRules } from '../../src/sources/kubernetes/api/rules.ts';
import { bare, rowsOf } from '../support/markdown.ts';
import { readText } from '../support/pages.ts';

/** Every verb on every resource, as in `get omneotenants/deliveries`. */
function allowedBy(rules: readonly Rule[]): string[] {
  return rules.flatMap(({ resources, verbs }) =>
    resources.flatMap((resource) => verbs.map((verb) => `${verb} ${resource}`)),
  );
}

describe('the page on the console', () => {
  it('says of each role what the chart gives it, and no more', async () => {
    const rows = rowsOf(await readText('docs/console.md'), 'what', 'verb', 'resource', 'role');
    const rights = rows.map(([, verb, resource, role]) => [`${bare(verb)} ${bare(resource)}`, role] as const);
    const ofViewers = rights.filter(([, role]) => role === 'viewer and operator').map(([right]) => right);
    expect(ofViewers).to.have.members(allowedBy(viewerRules));
    expect(rights.map(([right]) => right)).to.have.members(allowedBy(operatorRules));
  });
});
