import { expect } from 'chai';
import { parseWebhook, rewardHints } from '../../../src/actions/rewards/payload.ts';
import { type FieldError, Problem } from '../../../src/lib/problem.ts';
import { hints as common } from '../../../src/actions/payload/hints.ts';

const hints = { ...common, ...rewardHints };

const right: Record<string, unknown> = {
  id: 'r-1',
  person_id: '01ACMEADA',
  email: 'ada@example.com',
  data: { reward_definition_id: 42, amount: 10 },
};

function errorsOf(body: unknown, identifiers: 'both' | 'any' = 'both'): readonly FieldError[] {
  try {
    parseWebhook(body, identifiers);
    return [];
  } catch (error) {
    if (error instanceof Problem) return error.errors;
    throw error;
  }
}

/** A webhook in which a field has another name. */
function renamed(name: string, as: string): Record<string, unknown> {
  return Object.fromEntries(Object.entries(right).map(([key, value]) => [key === name ? as : key, value]));
}

/** A webhook in whose data a field has another name. */
function renamedInData(name: string, as: string): Record<string, unknown> {
  const data = right['data'] as Record<string, unknown>;
  const entries = Object.entries(data).map(([key, value]) => [key === name ? as : key, value]);
  return { ...right, data: Object.fromEntries(entries) };
}

const missing = (field: string, hint: keyof typeof hints): FieldError[] => [
  { field, code: 'missing', hint: hints[hint] },
];

describe('a field that is missing', () => {
  const top: Record<string, readonly string[]> = {
    person_id: [
      'personId',
      'person-id',
      'PersonID',
      'PERSON_ID',
      'personid',
      'person',
      'person id',
      'perosn_id',
    ],
    email: ['Email', 'e-mail', 'mail', 'emails', 'emial', 'email_address', ' email'],
    data: ['Data', 'DATA', 'datas', 'dta', ' data '],
  };
  const inData: Record<string, readonly string[]> = {
    reward_definition_id: [
      ...[
        'rewardDefinitionId',
        'reward-definition-id',
        'rewardDefinition',
        'definition_id',
        'reward_defintion_id',
      ],
      ...['RewardDefinitionID', 'reward_definition'],
    ],
    amount: ['Amount', 'ammount', 'amout', 'AMOUNT', 'amuont', 'reward_amount', 'amount '],
  };
  for (const [name, spellings] of Object.entries(top)) {
    for (const spelling of spellings) {
      it(`has its name shown when it came as "${spelling}"`, () => {
        expect(errorsOf(renamed(name, spelling))).to.deep.equal(missing(name, 'misspelt'));
      });
    }
  }
  for (const [name, spellings] of Object.entries(inData)) {
    for (const spelling of spellings) {
      it(`has its name shown when it came as "${spelling}"`, () => {
        const errors = errorsOf(renamedInData(name, spelling));
        expect(errors).to.deep.equal(missing(`data.${name}`, 'misspelt'));
      });
    }
  }

  for (const other of ['value', 'Value']) {
    it(`has its name shown when ${other} came in place of amount`, () => {
      expect(errorsOf(renamedInData('amount', other))).to.deep.equal(missing('data.amount', 'other_name'));
    });
  }

  for (const other of ['klaviyo_id', 'klaviyoId', 'profile_id']) {
    it(`has its name shown when ${other} came in place of person_id`, () => {
      expect(errorsOf(renamed('person_id', other))).to.deep.equal(missing('person_id', 'other_name'));
    });
  }

  it('is said to belong between the brackets of data when it came beside it', () => {
    const { data, ...person } = right;
    for (const name of ['amount', 'Amount']) {
      const body = { ...person, [name]: 10, data: { reward_definition_id: 42 } };
      expect(errorsOf(body)).to.deep.equal(missing('data.amount', 'outside_data'));
    }
    const flat = { ...person, rewardDefinitionId: 42, amount: 10, data: {} };
    expect(errorsOf(flat)).to.have.deep.members([
      ...missing('data.amount', 'outside_data'),
      ...missing('data.reward_definition_id', 'outside_data'),
    ]);
    for (const body of [
      { ...person, ...(data as object) },
      { ...person, Reward_Definition_Id: 42 },
    ]) {
      expect(errorsOf(body)).to.deep.equal(missing('data', 'flattened'));
    }
  });

  it('is said to belong beside data when it came inside of it', () => {
    const { person_id, email, data, ...rest } = right;
    for (const names of [
      { person_id, email },
      { personId: person_id, Email: email },
    ]) {
      expect(errorsOf({ ...rest, data: { ...(data as object), ...names } })).to.have.deep.members([
        ...missing('person_id', 'inside_data'),
        ...missing('email', 'inside_data'),
      ]);
    }
  });

  it('is named where one of two would do', () => {
    const { data } = right;
    expect(errorsOf({ personId: 'x', data }, 'any')).to.deep.equal(missing('person_id', 'misspelt'));
    expect(errorsOf({ Email: 'x', data }, 'any')).to.deep.equal(missing('email', 'misspelt'));
    expect(errorsOf({ data }, 'any')).to.deep.equal([{ field: 'email', code: 'nobody', hint: hints.nobody }]);
  });

  it('is just missing when nothing like it came, or when it came blank', () => {
    const { person_id, email, data, ...rest } = right;
    expect(errorsOf({ ...rest, email, data })).to.deep.equal(missing('person_id', 'missing_person_id'));
    expect(errorsOf({ ...right, person_id: '', personId: 'x' })).to.deep.equal(
      missing('person_id', 'missing_person_id'),
    );
    for (const other of [
      'name',
      'profile',
      'detail',
      'é',
      '',
      'e',
      'x'.repeat(30) + 'email' + 'x'.repeat(30),
    ]) {
      expect(errorsOf({ ...rest, person_id, [other]: 'x', data })).to.deep.equal(missing('email', 'missing'));
    }
    for (const other of ['account', 'count', 'meta', 'timezone', 'currency']) {
      expect(errorsOf({ ...right, data: { reward_definition_id: 42, [other]: {} } })[0]).to.deep.equal(
        missing('data.amount', 'missing')[0],
      );
    }
    for (const other of ['date', 'meta', 'payload', 'properties']) {
      const [error] = errorsOf({ ...rest, person_id, email, [other]: 1 });
      expect(error?.field).to.equal('data');
    }
    expect(errorsOf({ ...rest, person_id, email })).to.deep.equal(missing('data', 'missing'));
  });

  it('is named whatever the names are, and says nothing of them', () => {
    const names = [
      'Zq7',
      '__proto__',
      'constructor',
      'Zq7@example.com',
      'emailZq7',
      'Zq7_person_id',
      '\u0000',
      '{{',
    ];
    const body = Object.fromEntries(names.map((name) => [name, 1]));
    expect(JSON.stringify(errorsOf({ ...body, data: body }))).to.not.contain('Zq7');
    expect(JSON.stringify(errorsOf(body))).to.not.contain('Zq7');
    const many = Object.fromEntries(Array.from({ length: 5000 }, (_, index) => [`emai${index}`, 1]));
    expect(errorsOf({ ...many, data: many })).to.have.length(4);
  });

  it('is no definition when it is a name or a code', () => {
    const field = 'data.reward_definition_id';
    for (const code of ['WELCOME10', 'Winback reward', '#42']) {
      const [error] = errorsOf({ ...right, data: { reward_definition_id: code, amount: 10 } });
      expect(error).to.deep.equal({ field, code: 'not_a_number', hint: hints[`not_a_number_${field}`] });
    }
    expect(hints[`not_a_number_${field}`]).to.match(/number .* not its name or code/);
  });

  it('names the Flows that have no person_id when that is blank', () => {
    expect(hints.missing_person_id)
      .to.match(/date-triggered Flows/)
      .and.to.match(/identifiers: any/);
  });
});
