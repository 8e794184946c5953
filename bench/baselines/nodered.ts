/**
 * The flow that an integrator would draw in Node-RED: http in, a function that checks, three http requests with
 * functions between them, http response. Connections are kept alive, the editor is off.
 */

const path = '/tenant-0/api/v1/webhooks/klaviyo/rewards';

const check = `
if (msg.req.headers['x-omneo-secret'] !== env.get('WEBHOOK_SECRET')) {
  msg.statusCode = 401;
  msg.payload = { error: 'unauthorized' };
  return [null, msg];
}
const hook = msg.payload;
if (!hook || !hook.id || !hook.person_id || !hook.email || !hook.data ||
    !Number.isInteger(hook.data.reward_definition_id) || !(hook.data.amount > 0)) {
  msg.statusCode = 400;
  msg.payload = { error: 'invalid payload' };
  return [null, msg];
}
msg.hook = hook;
msg.method = 'POST';
msg.url = env.get('UPSTREAM') + '/profiles/search-id';
msg.headers = { accept: 'application/json', authorization: 'Bearer bench-token', 'content-type': 'application/json' };
msg.payload = { type: 'klaviyo', id: hook.person_id };
return [msg, null];`;

const lookUp = `
if (msg.statusCode !== 200) {
  msg.statusCode = msg.statusCode === 404 ? 404 : 502;
  msg.payload = { error: 'no profile' };
  msg.headers = {};
  return [null, msg];
}
msg.profile = msg.payload.data.id;
msg.method = 'GET';
msg.url = env.get('UPSTREAM') + '/rewards?filter[external_id]=' + encodeURIComponent(msg.hook.id);
msg.headers = { accept: 'application/json', authorization: 'Bearer bench-token' };
delete msg.payload;
return [msg, null];`;

const create = `
const known = msg.payload.data[0];
if (msg.statusCode !== 200 || known) {
  msg.payload = known ? { status: 'duplicate', reward_id: known.id } : { error: 'Omneo is unavailable' };
  msg.statusCode = known ? 200 : 502;
  msg.headers = {};
  return [null, msg];
}
const { reward_definition_id, amount, ...rest } = msg.hook.data;
msg.method = 'POST';
msg.url = env.get('UPSTREAM') + '/rewards';
msg.headers = { accept: 'application/json', authorization: 'Bearer bench-token', 'content-type': 'application/json' };
msg.payload = { ...rest, profile_id: msg.profile, external_id: msg.hook.id, reward_definition_id,
  value_initial: amount, value_remaining: amount, timezone: 'UTC' };
return [msg, null];`;

const answer = `
const created = msg.statusCode === 201;
msg.payload = created ? { status: 'created', reward_id: msg.payload.data.id } : { error: 'Omneo is unavailable' };
msg.statusCode = created ? 200 : 502;
msg.headers = {};
return msg;`;

const place = { z: 'flow', x: 0, y: 0 };

function code(id: string, func: string, wires: readonly (readonly string[])[]) {
  const rest = { noerr: 0, initialize: '', finalize: '', libs: [] };
  return { id, type: 'function', name: id, func, outputs: wires.length, ...rest, wires, ...place };
}

function call(id: string, next: string) {
  const how = { method: 'use', ret: 'obj', paytoqs: 'ignore', url: '', tls: '', persist: true };
  const rest = { proxy: '', insecureHTTPParser: false, authType: '', senderr: false, headers: [] };
  return { id, type: 'http request', name: id, ...how, ...rest, wires: [[next]], ...place };
}

/** The flow as Node-RED stores it. */
export const flow = [
  { id: 'flow', type: 'tab', label: 'Rewards', disabled: false, info: '', env: [] },
  { id: 'in', type: 'http in', url: path, method: 'post', upload: false, wires: [['check']], ...place },
  code('check', check, [['search'], ['out']]),
  call('search', 'lookUp'),
  code('lookUp', lookUp, [['list'], ['out']]),
  call('list', 'create'),
  code('create', create, [['post'], ['out']]),
  call('post', 'answer'),
  code('answer', answer, [['out']]),
  { id: 'out', type: 'http response', name: 'out', statusCode: '', headers: {}, wires: [], ...place },
];

/** What stands in its settings.js. */
export const settings = {
  flowFile: 'flows.json',
  uiHost: '127.0.0.1',
  credentialSecret: false,
  httpAdminRoot: false,
  telemetry: { enabled: false, updateNotification: false },
  logging: { console: { level: 'info', metrics: false, audit: false } },
};
