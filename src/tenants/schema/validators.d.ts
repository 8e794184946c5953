import type { Validate } from './schema.ts';

/** What `npm run generate` writes into validators.js. */
export declare const validateTenant: Validate;
export declare const validateSecret: Validate;
