import { expect } from 'chai';
import { problemOf } from '../support/consolestub.ts';
import { deliveryId, token, withConsole } from './support.ts';

describe('the command line', () => {
  const asked = withConsole();
  const run = (...args: string[]) => asked.run(args);

  /** What each problem of the console ends a command with. */
  const problems: readonly (readonly [status: number, code: string, exitCode: number])[] = [
    [400, 'invalid_request', 2],
    [401, 'unauthenticated', 3],
    [403, 'forbidden', 3],
    [404, 'not_found', 4],
    [405, 'method_not_allowed', 1],
    [409, 'conflict', 1],
    [413, 'payload_too_large', 1],
    [415, 'unsupported_media_type', 1],
    [422, 'invalid_payload', 1],
    [429, 'too_many_requests', 1],
    [500, 'internal', 1],
    [502, 'upstream_unavailable', 1],
    [503, 'unavailable', 1],
  ];

  for (const [status, code, exitCode] of problems)
    it(`ends with ${exitCode} when the console answers ${status} ${code}, and says its sentence and the request`, async () => {
      asked.stub.answer('listTenants', problemOf(status, code));
      expect(await run('tenants')).to.deep.equal({
        code: exitCode,
        stdout: '',
        stderr: `omneo-gateway: What ${code} is about. (request_id r-1)\n`,
      });
    });

  it('says which fields of a corrected webhook are wrong', async () => {
    const errors = [{ field: 'data.amount', code: 'required', hint: 'is missing' }];
    asked.stub.answer('replayDelivery', problemOf(422, 'invalid_payload', { errors }));
    const { stderr } = await run('deliveries', 'replay', deliveryId, '--why', 'mended');
    expect(stderr).to.contain('is about. data.amount: is missing (request_id r-1)');
  });

  it('sends the token of the file, as a bearer', async () => {
    asked.stub.answer('listTenants', { tenants: [] });
    expect((await run('tenants')).code).to.equal(0);
    expect(asked.stub.authorizations).to.deep.equal([`Bearer ${token}`]);
  });

  /** What one may mistype, and a part of the sentence that it is answered with. */
  const mistakes: readonly (readonly [args: string, sentence: string])[] = [
    ['', 'Usage: omneo-gateway'],
    ['deliveries', 'Usage: omneo-gateway deliveries'],
    ['tenant', "unknown command 'tenant' (Did you mean tenants?)"],
    ['deliveries list --stat parked', "unknown option '--stat' (Did you mean --state?)"],
    ['deliveries list --limit 0', 'Give a whole number from 1 to 200.'],
    ['deliveries list --limit 201', 'Give a whole number from 1 to 200.'],
    ['deliveries list --limit 5 --all', "cannot be used with option '--limit"],
    ['deliveries list --watch --state parked', "option '-w, --watch' cannot be used with option '--state"],
    ['deliveries list --watch --output json', "cannot be used with option '-o, --output"],
    ['deliveries list --since yesterday', 'Give 90m, 2h or 3d, a day, or a time with its zone.'],
    ['deliveries list --output yaml', 'Allowed choices are table, json.'],
    ['deliveries list --id - --email -', 'Only one filter can be read from the standard input.'],
    ['deliveries list --id -', 'The filter that was to be read is empty.'],
    ['deliveries show', "missing required argument 'delivery'"],
    ['deliveries show 4711', 'A delivery_id looks like'],
    [`deliveries replay ${deliveryId}`, 'Say with --why what it is for'],
    ['deliveries discard --tenant acme', 'Say with --why what it is for'],
    ['deliveries replay --why x', 'Name one delivery, or choose those of a tenant'],
    ['deliveries replay --why x --tenant acme --body -', 'A corrected webhook is for one delivery'],
    [`deliveries discard ${deliveryId} --why x --tenant acme`, 'Name one delivery, or choose several'],
    [`deliveries discard ${deliveryId} --why x --body -`, "unknown option '--body'"],
    [`deliveries replay ${deliveryId} --why x --body /nowhere`, 'The file /nowhere cannot be read (ENOENT).'],
    ['deliveries replay --why x --tenant acme --state waiting', 'Allowed choices are parked.'],
    [`deliveries replay ${deliveryId} --why ${'x'.repeat(201)}`, 'Give 1 to 200 characters.'],
    ['erase --tenant acme', 'Say whom to forget'],
    ['erase --email -', 'Say whom to forget'],
    ['tenants acme', 'too many arguments'],
  ];

  for (const [args, sentence] of mistakes)
    it(`asks nothing and ends with 2 after \`${args.slice(0, 80)}\``, async () => {
      const { code, stdout, stderr } = await run(...args.split(' ').filter(Boolean));
      expect({ code, stdout, asked: asked.stub.requests.length }).to.deep.equal({
        code: 2,
        stdout: '',
        asked: 0,
      });
      expect(stderr).to.contain(sentence);
      if (!sentence.startsWith('Usage')) expect(stderr).to.match(/^omneo-gateway: [^\n]+\n$/);
    });

  for (const option of ['--tenant', '--action', '--reason', '--id', '--person-id', '--email'])
    it(`takes no empty ${option}: it would choose what it was to leave out`, async () => {
      const { code, stderr } = await run('deliveries', 'discard', '--why', 'x', option, ' ');
      expect([code, asked.stub.requests.length]).to.deep.equal([2, 0]);
      expect(stderr).to.contain(option).and.to.contain('It is empty.');
    });
});
