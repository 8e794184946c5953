// Asks the gateway through its Services: it is ready, its ledger takes a write now, and an unknown tenant is refused.
const { WEBHOOKS_URL, ADMIN_URL } = process.env;
const webhook = new URL('/helm-test/api/v1/webhooks/klaviyo/rewards', WEBHOOKS_URL);
const headers = { 'Content-Type': 'application/json', 'x-omneo-secret': 'of nobody' };
const deadline = Date.now() + 90_000;

async function seen(what, url, options, expected) {
  for (;;) {
    const answer = await fetch(url, { ...options, signal: AbortSignal.timeout(5_000) }).catch((error) => error);
    const { status, cause } = answer;
    console.log(`${what}: ${status ? `status ${status} ${await answer.text()}` : (cause?.code ?? answer)}`);
    if (status === expected) return;
    if (Date.now() > deadline) process.exit(1);
    await new Promise((resolve) => setTimeout(resolve, 1_000));
  }
}

if (ADMIN_URL) {
  await seen('ready', new URL('/readyz', ADMIN_URL), {}, 200);
  await seen('a write to the ledger', new URL('/readyz/ledger', ADMIN_URL), {}, 200);
}
await seen('a webhook of nobody', webhook, { method: 'POST', headers, body: '{}' }, 401);
