/** The process of an Omneo that keeps rewards and throttles: the sandbox, with as many people as its argument says. */
import { type SandboxOptions, startSandbox } from '../../sandbox/omneo.ts';
import type { ProfileSeed } from '../../sandbox/seeds.ts';
import { omneoToken, personOf } from '../harness/people.ts';

/** What the process is started with, as JSON. */
export type ThrottledNature = Readonly<
  { tenant: string; people: number } & Pick<SandboxOptions, 'throttlePerMinute' | 'throttleMinuteMs'>
>;

function profileOf(number: number): ProfileSeed {
  const { person_id: identifier, email } = personOf(number);
  return { email, identities: [{ handle: 'klaviyo', identifier }] };
}

const { tenant, people, ...throttle } = JSON.parse(process.argv[2] ?? '') as ThrottledNature;
const profiles = Array.from({ length: people }, (_, number) => profileOf(number));
const credentials = { clientId: 'bench', clientSecret: 'bench', tokens: [omneoToken] };
const { url } = await startSandbox({ tenants: [{ name: tenant, credentials, profiles }], ...throttle });
process.once('disconnect', () => process.exit(0));
process.send?.({ url });
