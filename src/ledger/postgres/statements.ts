import { readSql } from '../sql.ts';

function statement(name: string): string {
  return readSql(`postgres/statements/${name}.sql`);
}

/** Every statement by name; what its parameters are stands in its file. Each is atomic by itself. */
export const statements = Object.freeze({
  claim: statement('claim'),
  renew: statement('renew'),
  settle: statement('settle'),
  markUnconfirmed: statement('markunconfirmed'),
  release: statement('release'),
  recordAnswer: statement('recordanswer'),
  expectAnswer: statement('expectanswer'),
  recordMax: statement('recordmax'),
  readMax: statement('readmax'),
  postpone: statement('postpone'),
  park: statement('park'),
  parkNew: statement('parknew'),
  drop: statement('drop'),
  findDelivery: statement('finddelivery'),
  takeDue: statement('takedue'),
  dueTenants: statement('duetenants'),
  wake: statement('wake'),
  giveUp: statement('giveup'),
  notify: statement('notify'),
  counts: statement('counts'),
  listDeliveries: statement('admin/list'),
  listReason: statement('admin/listreason'),
  searchDeliveries: statement('admin/search'),
  findRecord: statement('admin/find'),
  findWebhook: statement('admin/findwebhook'),
  findParked: statement('admin/findparked'),
  replay: statement('admin/replay'),
  correct: statement('admin/correct'),
  discard: statement('admin/discard'),
  erase: statement('admin/erase'),
  countPerson: statement('admin/countperson'),
  activity: statement('admin/activity'),
  check: statement('check'),
  expire: statement('expire'),
  tableSize: statement('tablesize'),
  judge: statement('judge'),
  migrated: statement('migrated'),
  version: statement('version'),
  beginMigration: statement('beginmigration'),
  endMigration: statement('endmigration'),
});
