import { readFile, readdir } from 'node:fs/promises';
import { expect } from 'chai';
import { parse } from 'yaml';

const folder = new URL('../.github/', import.meta.url);

async function readYaml(path: string): Promise<Readonly<Record<string, unknown>>> {
  return parse(await readFile(new URL(path, folder), 'utf8')) as Record<string, unknown>;
}

type Field = Readonly<{
  type: string;
  id?: string;
  attributes: Readonly<Record<string, unknown>>;
  validations?: Readonly<Record<string, unknown>>;
}>;

/** From "Syntax for GitHub's form schema" in GitHub's documentation. */
const types = ['markdown', 'textarea', 'input', 'dropdown', 'checkboxes', 'upload'];

describe('an issue form', () => {
  const forms = new Map<string, Readonly<Record<string, unknown>>>();

  const fieldsOf = (name: string): readonly Field[] => (forms.get(name)?.['body'] ?? []) as Field[];

  before(async () => {
    const names = (await readdir(new URL('ISSUE_TEMPLATE/', folder))).filter((name) => name !== 'config.yml');
    for (const name of names) forms.set(name, await readYaml(`ISSUE_TEMPLATE/${name}`));
  });

  it('is there for a bug and for a feature', () => {
    expect([...forms.keys()]).to.have.members(['bug.yml', 'feature.yml']);
  });

  // GitHub offers a form with a mistake in it to nobody, and says so on the page of the file alone.
  it('has what GitHub asks for', () => {
    for (const [name, form] of forms) {
      expect(Object.keys(form), name).to.have.members(['name', 'description', 'labels', 'body']);
      const fields = fieldsOf(name);
      for (const { type, attributes } of fields) {
        expect(types, name).to.include(type);
        expect(attributes[type === 'markdown' ? 'value' : 'label'], name).to.be.a('string').that.is.not.empty;
      }
      const asked = fields.filter(({ type }) => type !== 'markdown');
      expect(new Set(asked.map(({ id }) => id)).size, name).to.equal(asked.length);
      expect(new Set(asked.map(({ attributes }) => attributes['label'])).size, name).to.equal(asked.length);
      for (const { id } of asked) expect(id, name).to.match(/^[\w-]+$/);
      expect(
        fields.some(({ validations }) => validations?.['required'] === true),
        name,
      ).to.equal(true);
    }
  });

  it('leads whoever found a vulnerability to SECURITY.md instead', async () => {
    const texts = fieldsOf('bug.yml').map(({ attributes }) => String(attributes['value']));
    expect(texts.join('\n')).to.match(/SECURITY\.md/);
    expect(await readYaml('ISSUE_TEMPLATE/config.yml')).to.deep.equal({ blank_issues_enabled: false });
  });
});

describe('the hosted workflow', () => {
  it('runs .ci/run and no other check, with a right to read alone', async () => {
    const workflow = await readYaml('workflows/ci.yml');
    expect(workflow['permissions']).to.deep.equal({ contents: 'read' });
    const { ci, ...others } = workflow['jobs'] as Record<string, { steps: Record<string, unknown>[] }>;
    expect(others).to.deep.equal({});
    const uses = ci?.steps.flatMap(({ uses: action }) => (typeof action === 'string' ? [action] : [])) ?? [];
    expect(uses.map((action) => action.split('@')[0])).to.deep.equal([
      'actions/checkout',
      'actions/setup-go',
    ]);
    for (const action of uses) expect(action).to.match(/@v\d+$/);
    const [install, check, ...more] =
      ci?.steps.flatMap(({ run }) => (typeof run === 'string' ? [run] : [])) ?? [];
    expect(install).to.match(/ postgresql$/);
    expect([check, ...more]).to.deep.equal(['.ci/run']);
  });
});
