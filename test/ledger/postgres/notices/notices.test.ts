import { expect } from 'chai';
import { EventEmitter } from 'node:events';
import type { Client } from 'pg';
import { PostgresNotices } from '../../../../src/ledger/postgres/notices/notices.ts';
import { statements } from '../../../../src/ledger/postgres/statements.ts';
import { Process } from '../../model/process.ts';
import { World } from '../../model/world.ts';
import { type Lines, logInto } from '../../../support/loglines.ts';

/** A connection that does what the test says, and notes what is asked of it. */
class FakeClient extends EventEmitter {
  readonly asked: string[] = [];
  readonly #fault: Error | undefined;

  constructor(fault?: Error) {
    super();
    this.#fault = fault;
  }

  connect(): Promise<void> {
    this.asked.push('connect');
    return this.#fault === undefined ? Promise.resolve() : Promise.reject(this.#fault);
  }

  query(text: string): Promise<void> {
    this.asked.push(text);
    return Promise.resolve();
  }

  end(): void {
    this.asked.push('end');
  }
}

describe('The notices of a Postgres ledger', () => {
  let world: World;
  let lines: Lines;
  let clients: FakeClient[];
  let fault: Error | undefined;
  let asked: string[];
  let senders: unknown[];
  let queryFault: Error | undefined;
  let heard: number;
  let notices: PostgresNotices;

  beforeEach(() => {
    world = new World();
    [lines, clients, asked, senders, heard] = [[], [], [], [], 0];
    fault = queryFault = undefined;
    notices = new PostgresNotices({
      query: (text, values = []) => {
        asked.push(text);
        senders.push(...values);
        return queryFault === undefined ? Promise.resolve([]) : Promise.reject(queryFault);
      },
      connection: () => {
        const client = new FakeClient(fault);
        clients.push(client);
        return client as unknown as Client;
      },
      clock: new Process(world, 5000).clock,
      log: logInto(lines),
    });
  });

  const listen = async (): Promise<() => void> => {
    const ignore = notices.onNotice(() => {
      heard += 1;
    });
    await world.pass(0);
    return ignore;
  };

  it('connect when somebody listens, once for all who do', async () => {
    await world.pass(0);
    expect(clients).to.have.length(0);
    await listen();
    await listen();
    expect(clients.map((client) => client.asked)).to.deep.equal([['connect', 'LISTEN omneo_gateway_due']]);
  });

  it('are heard from the server, until nobody listens', async () => {
    const ignore = await listen();
    clients[0]?.emit('notification', { payload: 'another gateway' });
    expect(heard).to.equal(1);
    ignore();
    clients[0]?.emit('notification', { payload: 'another gateway' });
    expect(heard).to.equal(1);
  });

  it('are heard in this process at once, and many go to the server as one', async () => {
    await listen();
    for (let n = 0; n < 50; n += 1) notices.send();
    expect([heard, asked]).to.deep.equal([50, []]);
    await world.pass(20);
    expect(asked).to.deep.equal([statements.notify]);
    notices.send();
    await world.pass(20);
    expect(asked).to.have.length(2);
  });

  it('of its own are not heard again from the server, which sends them to everybody', async () => {
    await listen();
    notices.send();
    await world.pass(20);
    expect(senders).to.have.length(1);
    clients[0]?.emit('notification', { payload: senders[0] });
    expect(heard).to.equal(1);
  });

  it('that the server does not take are a line for who debugs, and no more', async () => {
    queryFault = new Error('away');
    notices.send();
    await world.pass(20);
    expect(lines.map(([level]) => level)).to.deep.equal(['debug']);
  });

  it('are listened for again half a minute after the connection ended', async () => {
    await listen();
    clients[0]?.emit('end');
    await world.pass(29_999);
    expect(clients).to.have.length(1);
    await world.pass(1);
    expect(clients[1]?.asked).to.deep.equal(['connect', 'LISTEN omneo_gateway_due']);
  });

  it('that cannot be listened for are tried twice a minute, with a line for who debugs', async () => {
    fault = new Error('refused');
    await listen();
    await world.pass(120_000);
    expect(clients).to.have.length(5);
    expect(new Set(lines.map(([level]) => level))).to.deep.equal(new Set(['debug']));
  });

  it('are listened for no more once they are closed', async () => {
    await listen();
    notices.close();
    clients[0]?.emit('end');
    await world.pass(60_000);
    expect(clients).to.have.length(1);
    expect(clients[0]?.asked.at(-1)).to.equal('end');
  });
});
