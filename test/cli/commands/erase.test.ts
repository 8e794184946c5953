import { expect } from 'chai';
import { withConsole } from '../support.ts';

describe('`erase`', () => {
  const asked = withConsole();
  const erase = ['erase', '--tenant', 'acme'];

  beforeEach(() => {
    asked.stub.answer('erasePerson', { erased: 2, under_way: 0 });
  });

  it('asks first, since nothing brings back what is erased', async () => {
    const { code, stdout, stderr } = await asked.run([...erase, '--email', 'ada@example.com'], {
      stdin: 'y\n',
      isAsked: true,
    });
    expect([code, stdout]).to.deep.equal([0, '2 deliveries were erased.\n']);
    expect(stderr).to.equal('Forget this person of acme? What is erased cannot be brought back. [y/N] ');
    expect(asked.stub.requests[0]?.body).to.deep.equal({ tenant: 'acme', email: 'ada@example.com' });
  });

  it('erases nothing without a yes', async () => {
    for (const given of [{ stdin: 'n\n', isAsked: true }, {}])
      expect((await asked.run([...erase, '--person-id', '01ADA'], given)).code).to.be.oneOf([1, 2]);
    expect(asked.stub.requests).to.deep.equal([]);
  });

  it('takes both of a person, and the address from the standard input', async () => {
    await asked.run([...erase, '--yes', '--email', '-', '--person-id', '01ADA'], {
      stdin: 'ada@example.com\n',
    });
    expect(asked.stub.requests[0]?.body).to.deep.equal({
      ...{ tenant: 'acme', email: 'ada@example.com', person_id: '01ADA' },
    });
  });

  it('says to run it again while something is being worked on', async () => {
    asked.stub.answer('erasePerson', { erased: 1, under_way: 2 });
    const { stdout } = await asked.run([...erase, '--yes', '--email', 'ada@example.com']);
    expect(stdout).to.equal(
      '1 delivery was erased, and 2 are being worked on: run it again after a minute.\n',
    );
  });

  it("shows the API's own document as JSON", async () => {
    const { stdout } = await asked.run([...erase, '--yes', '--email', 'ada@example.com', '-o', 'json']);
    expect(JSON.parse(stdout)).to.deep.equal({ erased: 2, under_way: 0 });
  });

  it('shows no e-mail of whom it forgets', async () => {
    const { stdout, stderr } = await asked.run([...erase, '--yes', '--email', 'ada@example.com']);
    expect(stdout + stderr).not.to.contain('ada');
  });
});
