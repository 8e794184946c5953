import { ledgerContract } from './contract.ts';
import { RedisBench } from './redis/bench.ts';
import { Server, needServer } from './redis/server.ts';

for (const name of ['redis-server', 'valkey-server'] as const) {
  describe(`the shared ledger on ${name}`, () => {
    let server: Server | undefined;
    let bench: RedisBench;

    before(async function () {
      server = await Server.start(await needServer(this, name));
      bench = new RedisBench(server.url);
    });
    after(async () => {
      if (server === undefined) return;
      bench.close();
      await server.remove();
    });

    ledgerContract('it', (options) => bench.make(options));
  });
}
