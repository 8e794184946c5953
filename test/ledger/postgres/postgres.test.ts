import { ledgerContract } from '../contract.ts';
import { PGliteDatabase, makeOn } from './pglite.ts';

describe('the Postgres ledger on PGlite', () => {
  let database: PGliteDatabase;

  before(async () => {
    database = await PGliteDatabase.open();
  });
  after(() => database.end());

  ledgerContract('it', (options) => makeOn(database, options));
});
