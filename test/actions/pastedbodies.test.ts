import { expect } from 'chai';
import { allActions } from '../../src/actions/actions.ts';
import { actionNames, usualActions } from '../../src/tenants/actionnames.ts';
import { tenantOf } from '../support/rewards.ts';
import { bare, rowsOf } from '../support/markdown.ts';
import { readText } from '../support/pages.ts';
import { ada } from '../support/webhooks.ts';

describe('the actions', () => {
  const actions = allActions();
  const tenant = {
    ...tenantOf('acme'),
    klaviyo: { identityHandle: 'klaviyo', identifiers: 'both' as const, actions: actionNames },
  };

  it('have the names that tenants name them by', () => {
    expect(actions.map(({ name }) => name)).to.deep.equal([...actionNames]);
  });

  it('each name what they make by their own name', () => {
    for (const { name, idField } of actions) expect(idField).to.equal(`${name.replace(/s$/, '')}_id`);
  });

  describe('in the README', () => {
    let rows: string[][];

    before(async () => {
      rows = rowsOf(await readText('README.md'), 'action', 'what it makes');
    });

    it('are all there, and served as the README says', () => {
      const served = (name: string): string => (usualActions.includes(name) ? 'unless left out' : 'if named');
      expect(rows.map(([name = '', , , how]) => [bare(name), how])).to.deep.equal(
        actionNames.map((name) => [name, served(name)]),
      );
    });

    it('take the body that is to be pasted, and no other does', () => {
      for (const [name = '', , text = ''] of rows) {
        const body = { id: 'a', ...ada, data: JSON.parse(bare(text)) as unknown };
        const taking = actions.filter((action) => {
          try {
            return action.parse(body, tenant).id === 'a';
          } catch {
            return false;
          }
        });
        expect(taking.map((action) => action.name)).to.deep.equal([bare(name)]);
      }
    });
  });

  it('each tell Klaviyo by metrics of their own, as the page for marketers says', async () => {
    const rows = rowsOf(await readText('docs/klaviyo.md'), 'action', 'done', 'failed');
    expect(rows.map((row) => row.map(bare))).to.deep.equal(
      actions.map(({ name, metrics: { issued, failed } }) => [name, issued, failed]),
    );
    for (const { name, metrics } of actions) {
      const noun = name.replace(/s$/, '');
      expect(metrics.issued).to.match(new RegExp(`^Omneo ${noun} \\w+$`));
      expect(metrics.failed).to.equal(`Omneo ${noun} failed`);
    }
    expect(new Set(rows.flat()).size).to.equal(3 * actions.length);
  });

  it('each have a row in what remains of exactly once', async () => {
    const rows = rowsOf(await readText('docs/exactly-once.md'), 'action', 'found again by');
    expect(rows.map(([name = '']) => bare(name))).to.deep.equal([...actionNames]);
  });
});
