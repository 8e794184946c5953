import type { TenantSeed } from './seeds.ts';

/** A private API key of Klaviyo, made up too. */
export const sampleKlaviyoKey = 'klaviyo-private-key-change-me';

/** Two made-up tenants to try things on. Nothing in here is a real credential or a real person. */
export const sample: TenantSeed[] = [
  {
    name: 'acme',
    credentials: {
      clientId: 'acme-client',
      clientSecret: 'acme-client-secret',
      username: 'gateway@acme.example',
      password: 'acme-password',
      tokens: ['acme-static-token'],
    },
    profiles: [
      {
        id: '6f9c1b1e-3c55-4d0a-9a53-0d5a3b1f0a01',
        email: 'ada@example.com',
        firstName: 'Ada',
        identities: [{ handle: 'klaviyo', identifier: '01ACMEADA' }],
      },
      {
        id: '6f9c1b1e-3c55-4d0a-9a53-0d5a3b1f0a02',
        email: 'ben@example.com',
        firstName: 'Ben',
        identities: [{ handle: 'klaviyo', identifier: '01ACMEBEN' }],
      },
      { id: '6f9c1b1e-3c55-4d0a-9a53-0d5a3b1f0a03', email: 'cleo+loyal@example.com', firstName: 'Cleo' },
      {
        id: '6f9c1b1e-3c55-4d0a-9a53-0d5a3b1f0a04',
        email: 'dan@example.com',
        firstName: 'Dan',
        identities: [{ handle: 'klaviyo', identifier: '01ACMEDAN' }],
        profileType: 'deleted',
      },
    ],
    definitions: [
      { id: 42, handle: 'winback', name: 'We miss you', maxValue: 100 },
      { id: 6, handle: 'birthday', name: 'Happy birthday' },
    ],
  },
  {
    name: 'bloom',
    credentials: {
      clientId: 'bloom-client',
      clientSecret: 'bloom-client-secret',
      tokens: ['bloom-static-token'],
    },
    profiles: [
      {
        id: '2a7e4c90-58d1-4b7f-8e02-71c9d2e6bb01',
        email: 'ada@example.com',
        firstName: 'Ada',
        identities: [{ handle: 'klaviyo', identifier: '01BLOOMADA' }],
      },
      {
        id: '2a7e4c90-58d1-4b7f-8e02-71c9d2e6bb02',
        email: 'eve@example.com',
        firstName: 'Eve',
        identities: [{ handle: 'klaviyo', identifier: '01BLOOMEVE' }],
      },
    ],
  },
];
