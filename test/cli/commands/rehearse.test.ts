import { expect } from 'chai';
import { problemOf } from '../../support/consolestub.ts';
import { withConsole } from '../support.ts';

const body = '{ "id": "order-7", "email": "ada@example.com" }';
const summary = { reward_definition_id: 42, amount: 10 };

describe('`rehearse`', () => {
  const asked = withConsole();
  const rehearse = (...args: string[]) =>
    asked.run(['rehearse', '--tenant', 'acme', '-', ...args], { stdin: body });

  it('sends the body as it is, and says what would be issued to whom', async () => {
    asked.stub.answer('rehearseWebhook', {
      ...{ would: 'create', matched_by: 'email', external_id: 'order-7', summary },
    });
    const { code, stdout, stderr } = await rehearse();
    expect([code, stderr]).to.deep.equal([0, '']);
    expect(stdout).to.equal(
      'It would be issued: reward definition 42, amount 10, for the customer found by e-mail.\n',
    );
    const [request] = asked.stub.requests;
    expect(request?.path).to.equal('/api/v1/tenants/acme/rehearsals');
    expect(request?.body).to.deep.equal({ action: 'rewards', body });
  });

  it('says that an id is used already', async () => {
    asked.stub.answer('rehearseWebhook', { would: 'duplicate', matched_by: 'omneo', external_id: 'order-7' });
    expect(await rehearse()).to.deep.include({
      code: 0,
      stdout: 'It would issue nothing more: this id is used already.\n',
    });
  });

  it('ends with 1 where a live one would fail, and says with what', async () => {
    asked.stub.answer('rehearseWebhook', {
      ...{ would: 'fail', status: 400, code: 'invalid_payload', detail: 'Fix data.amount.' },
      errors: [{ field: 'data.amount', code: 'missing', hint: 'is missing.' }],
    });
    const { code, stdout, stderr } = await rehearse();
    expect(code).to.equal(1);
    expect(stdout).to.equal(
      'It would be answered 400 invalid_payload: Fix data.amount.\n  data.amount is missing.\n',
    );
    expect(stderr).to.equal('omneo-gateway: A live webhook would not be issued now.\n');
  });

  it("shows the API's own document as JSON", async () => {
    const document = { would: 'create', matched_by: 'email', external_id: 'order-7', summary };
    asked.stub.answer('rehearseWebhook', document);
    expect(JSON.parse((await rehearse('-o', 'json')).stdout)).to.deep.equal(document);
  });

  it('needs a tenant, and a role', async () => {
    expect((await asked.run(['rehearse', '-'], { stdin: body })).code).to.equal(2);
    asked.stub.answer('rehearseWebhook', problemOf(403, 'forbidden'));
    expect((await rehearse()).code).to.equal(3);
  });

  it('shows nothing of the customer', async () => {
    asked.stub.answer('rehearseWebhook', { would: 'create', matched_by: 'email', external_id: 'a', summary });
    const { stdout, stderr } = await rehearse();
    expect(stdout + stderr).not.to.contain('ada');
  });
});
