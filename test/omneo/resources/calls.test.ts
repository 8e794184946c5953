import { expect } from 'chai';
import { systemClock } from '../../../src/lib/clock.ts';
import { createResource } from '../../../src/omneo/resources/calls.ts';
import { clientOf, failureOf, rewardsOf } from '../parts.ts';
import { type Script, answer, scriptedUpstreams } from '../upstream.ts';

const ada = '6f9c1b1e-3c55-4d0a-9a53-0d5a3b1f0a01';
const ben = '6f9c1b1e-3c55-4d0a-9a53-0d5a3b1f0a02';

const soon = () => systemClock.monotonic() + 1000;

describe('new rewards, over answers that Omneo need not give,', () => {
  const start = scriptedUpstreams();
  const against = async (script: Script) => clientOf({ baseURL: await start(script) });

  const row = { id: 7, profile_id: ada, value_initial: '10.00', definition: { id: '42' } };
  const asked = {
    profile_id: ada,
    external_id: 'order-1',
    reward_definition_id: 42,
    value_initial: 10,
    timezone: 'UTC',
    meta: { flow: 'winback' },
  };
  const create = async (script: Script) => createResource(rewardsOf(await against(script)), asked, soon());
  const send = async (script: Script) => (await create(script)).resourceId;

  for (const status of [200, 201, 202, 203]) {
    for (const data of [row, [row]]) {
      it(`are created if a ${status} shows ${Array.isArray(data) ? 'a list of one' : 'one'}`, async () => {
        expect(
          await send((response) => {
            answer(response, status, { data });
          }),
        ).to.equal(7);
      });
    }
  }

  for (const [wording, script] of [
    ['a 204', (response) => response.writeHead(204).end()],
    ['an empty body', (response) => response.end()],
    ['HTML', (response) => response.end('<html></html>')],
    [
      'no data',
      (response) => {
        answer(response, 200, { message: 'Queued for processing.' });
      },
    ],
    [
      'an empty list',
      (response) => {
        answer(response, 200, { data: [] });
      },
    ],
    [
      'null',
      (response) => {
        answer(response, 200, { data: null });
      },
    ],
    [
      'a reward without an id',
      (response) => {
        answer(response, 201, { data: { ...row, id: null } });
      },
    ],
    [
      'a reward with an empty id',
      (response) => {
        answer(response, 201, { data: { ...row, id: '' } });
      },
    ],
    [
      'several rewards',
      (response) => {
        answer(response, 200, { data: [row, { ...row, id: 8 }] });
      },
    ],
    [
      "somebody else's reward",
      (response) => {
        answer(response, 201, { data: { ...row, profile_id: ben } });
      },
    ],
    [
      'a reward of another definition',
      (response) => {
        answer(response, 201, { data: { ...row, definition: { id: 6 } } });
      },
    ],
    [
      'a reward of another reward_definition_id',
      (response) => {
        answer(response, 201, { data: { ...row, definition: undefined, reward_definition_id: '6' } });
      },
    ],
    [
      'a 404',
      (response) => {
        answer(response, 404, { message: 'Not Found' });
      },
    ],
    ['a 404 in HTML', (response) => response.writeHead(404).end('<html></html>')],
  ] satisfies [string, Script][]) {
    it(`may have been created if the answer is ${wording}`, async () => {
      expect(await failureOf(send(script))).to.include({ fault: 'unavailable', mayHaveHappened: true });
    });
  }

  for (const [wording, shown] of [
    ['all that was asked for', { external_id: 'order-1', definition: { id: '42' } }],
    ['its definition as a number with decimals', { definition: { id: '42.0' } }],
    ['nothing of it', { profile_id: undefined, definition: undefined }],
    ['null for it', { profile_id: null, definition: null, external_id: null, reward_definition_id: null }],
    ['no id of its definition', { definition: { handle: 'winback' } }],
  ] as const) {
    it(`are created if the answer shows ${wording}`, async () => {
      const created = await send((response) => {
        answer(response, 201, { data: { ...row, ...shown } });
      });
      expect(created).to.equal(7);
    });
  }

  it('are created if their external_id is shown as a number', async () => {
    const script: Script = (response) => {
      answer(response, 201, { data: { ...row, external_id: 1234 } });
    };
    const reward = { ...asked, external_id: '1234' };
    expect(await createResource(rewardsOf(await against(script)), reward, soon())).to.deep.equal({
      resourceId: 7,
      isAltered: false,
    });
  });

  it('are created if what they show as numbers has more digits than a number holds', async () => {
    const digits = '12345678901234567890';
    const script: Script = (response) => {
      const shown = {
        id: JSON.rawJSON(digits),
        external_id: JSON.rawJSON(digits),
        value_initial: JSON.rawJSON('10.00'),
      };
      answer(response, 201, { data: { ...row, ...shown } });
    };
    const reward = { ...asked, external_id: digits };
    expect(await createResource(rewardsOf(await against(script)), reward, soon())).to.deep.equal({
      resourceId: BigInt(digits),
      isAltered: false,
    });
  });

  it('may be of another profile if that is shown as a number', async () => {
    const error = await failureOf(
      send((response) => {
        answer(response, 201, { data: { ...row, profile_id: JSON.rawJSON('12345678901234567890') } });
      }),
    );
    expect(error).to.include({ fault: 'unavailable', mayHaveHappened: true });
  });

  for (const [how, shown] of [
    ['in lower case', 'order-a'],
    ['cut', 'Order'],
    ['with something before it', 'klaviyo:Order-A'],
    ['as something else', '17'],
    ['as a number', 17],
    ['as nothing', ''],
  ] as const) {
    it(`are created if their external_id is stored ${how}, which is noticed`, async () => {
      const script: Script = (response) => {
        answer(response, 201, { data: { ...row, external_id: shown } });
      };
      const reward = { ...asked, external_id: 'Order-A' };
      expect(await createResource(rewardsOf(await against(script)), reward, soon())).to.deep.equal({
        resourceId: 7,
        isAltered: true,
      });
    });
  }

  const refusal =
    (status: number, errors: unknown): Script =>
    (response) => {
      answer(response, status, { message: 'The given data was invalid.', errors });
    };
  for (const [wording, status, errors, fields] of [
    [
      'fields',
      422,
      { 'meta.flow': ['bad winback'], value_initial: ['must not be over 100'] },
      ['meta.flow', 'value_initial'],
    ],
    ['names within a field', 422, { 'meta.ada@example.com': ['x'], 'meta.A b': ['x'] }, []],
    ['a 400', 400, { timezone: ['x'] }, ['timezone']],
  ] as const) {
    it(`are rejected with the names of fields, and no more (${wording})`, async () => {
      const error = await failureOf(send(refusal(status, errors)));
      expect(error).to.include({ fault: 'rejected', mayHaveHappened: false });
      expect(error.fields).to.deep.equal(fields);
      expect(JSON.stringify(error) + error.message).not.to.match(/winback|100|example/);
    });
  }

  it('are rejected without a message too', async () => {
    const error = await failureOf(
      send((response) => {
        answer(response, 422, { errors: { timezone: ['x'] } });
      }),
    );
    expect(error).to.include({ fault: 'rejected', mayHaveHappened: false });
  });

  it('are not rejected for good if the profile went away, as after a merge', async () => {
    const errors = { profile_id: ['The selected profile id is invalid.'] };
    const error = await failureOf(send(refusal(422, errors)));
    expect(error).to.include({ fault: 'unavailable', mayHaveHappened: true, isRefusal: false });
  });

  for (const errors of [
    { base: ['Lock wait timeout exceeded; try restarting transaction'] },
    { server: ['Server Error'] },
    { profile: ['is locked'] },
    { timezone: ['x'], base: ['deadlock'] },
    { 'ada@example.com': ['x'] },
    { toString: ['x'], __proto__: ['x'] },
  ]) {
    it(`may have been created if the errors are of what was not sent: ${Object.keys(errors).join(', ')}`, async () => {
      const error = await failureOf(send(refusal(422, errors)));
      expect(error).to.include({ fault: 'unavailable', mayHaveHappened: true, isRefusal: true });
    });
  }

  // Omneo's validation says {"errors": {field: […]}}. Anything else may not be said by Omneo.
  const message = 'The given data was invalid.';
  const unclear: [string, unknown][] = [
    ['nothing but a message', { message }],
    ['a list of errors', { message, errors: ['profile_id'] }],
    ['no error in its errors', { message, errors: {} }],
    ['errors that are no lists', { message, errors: { code: 1020, ray: 'x' } }],
    ['errors that are null', { message, errors: null }],
    ['a list', [message]],
    ['a text', message],
    ['null', null],
  ];
  for (const status of [400, 422]) {
    for (const [wording, body] of unclear) {
      it(`may have been created if a ${status} says ${wording}`, async () => {
        const error = await failureOf(
          send((response) => {
            answer(response, status, body);
          }),
        );
        expect(error).to.include({ fault: 'unavailable', mayHaveHappened: true });
        // A text or nothing may be anybody's.
        expect(error.isRefusal).to.equal(typeof body === 'object' && body !== null);
      });
    }
  }

  for (const [wording, body] of [
    ['by field', { message, errors: { external_id: ['has already been taken'] } }],
    ['by a field of a list', { message, errors: { 'rewards.0.external_id': ['x'] } }],
    ['among others', { message, errors: { timezone: ['x'], external_id: ['x'] } }],
    ['by message', { message: 'The external id has already been taken.' }],
    ['by message, with errors', { message: 'Duplicate externalId.', errors: { id: ['x'] } }],
    ["in a field's text", { message, errors: { reward: ['The External ID has already been taken.'] } }],
  ] as const) {
    it(`may be there already if their external_id is rejected ${wording}`, async () => {
      const error = await failureOf(
        send((response) => {
          answer(response, 422, body);
        }),
      );
      expect(error).to.include({ fault: 'unavailable', mayHaveHappened: true });
    });
  }
});
