import { expect } from 'chai';
import type { OmneoTenant } from '../../src/tenants/schema/omneotenant.ts';
import { resolve } from '../../src/tenants/resolve.ts';
import type { Tenant } from '../../src/tenants/tenant.ts';
import { omneoTenant, policy, refusalIn, secretsWith, tenantIn } from './support.ts';

type Delivery = OmneoTenant['spec']['delivery'];

function resolved(delivery: Delivery, canAcceptDurably = true) {
  return resolve(omneoTenant(delivery && { delivery }), secretsWith(), { ...policy, canAcceptDurably });
}

function deliveryOf(delivery: Delivery, canAcceptDurably = true): Tenant['delivery'] {
  return tenantIn(resolved(delivery, canAcceptDurably)).delivery;
}

describe('The policy for durable delivery', () => {
  const modes: [what: string, delivery: Delivery, kept: boolean][] = [
    ['a tenant that says nothing of delivery', undefined, true],
    ['a tenant that names no mode', {}, true],
    ['a tenant that asks for Durable', { mode: 'Durable' }, true],
    ['a tenant that asks for Synchronous', { mode: 'Synchronous' }, false],
  ];
  for (const [what, delivery, isDurable] of modes) {
    it(`gives ${what} ${isDurable ? 'durable' : 'synchronous'} delivery where the ledger can keep webhooks`, () => {
      expect(deliveryOf(delivery).isDurable).to.equal(isDurable);
    });

    if (delivery?.mode === 'Durable') continue;
    it(`gives ${what} synchronous delivery where the ledger cannot`, () => {
      expect(deliveryOf(delivery, false).isDurable).to.equal(false);
    });
  }

  it('refuses Durable where the ledger cannot, by one sentence that names the field and the settings', () => {
    const refusal = refusalIn(resolved({ mode: 'Durable' }, false));
    expect(refusal).to.include({ condition: 'Accepted', reason: 'Invalid' });
    expect(refusal.message).to.match(
      /^spec\.delivery\.mode is Durable, .* LEDGER_URL .*postgres:.* LEDGER_KEY_FILE, [^.]*\.$/,
    );
  });

  const waits: [delivery: Delivery, canAcceptDurably: boolean, waitsForProfile: boolean][] = [
    [{ profileNotFound: 'Wait' }, true, true],
    [{ profileNotFound: 'Reject' }, true, false],
    [{}, true, false],
    [{ mode: 'Synchronous', profileNotFound: 'Wait' }, true, false],
    [{ profileNotFound: 'Wait' }, false, false],
  ];
  for (const [delivery, can, waitsForProfile] of waits) {
    const where = can ? '' : ' where nothing can be kept';
    it(`has ${JSON.stringify(delivery)} ${waitsForProfile ? 'wait' : 'not wait'} for a profile${where}`, () => {
      expect(deliveryOf(delivery, can).waitsForProfile).to.equal(waitsForProfile);
    });
  }

  for (const [giveUpAfter, expected] of [
    [undefined, 259_200_000],
    ['1h', 3_600_000],
    ['3d', 259_200_000],
    ['1w', 604_800_000],
  ] as const) {
    it(`gives up after ${expected} ms for giveUpAfter ${giveUpAfter ?? 'unset'}`, () => {
      expect(deliveryOf(giveUpAfter === undefined ? {} : { giveUpAfter }).giveUpAfterMs).to.equal(expected);
    });
  }

  for (const giveUpAfter of ['72', '30m', '0h', '']) {
    it(`refuses ${JSON.stringify(giveUpAfter)} for giveUpAfter by the field's name, and not by the value`, () => {
      const refusal = refusalIn(resolved({ giveUpAfter }));
      expect(refusal).to.include({ condition: 'Accepted', reason: 'Invalid' });
      expect(refusal.message).to.equal(
        'spec.delivery.giveUpAfter must be a number of hours, days or weeks, such as 12h, 3d or 1w.',
      );
    });
  }
});
