/** Services on the loopback interface: what kube-proxy does, by the EndpointSlices of the real controller. */
import { once } from 'node:events';
import { connect, createServer, type AddressInfo, type Server, type Socket } from 'node:net';
import type { V1EndpointSliceList, V1Service } from '@kubernetes/client-node';
import type { Api } from './api.ts';
import type { Network } from './network.ts';
import { repeat, type Repetition } from './repeat.ts';

export class Balancer {
  readonly port: number;
  readonly #server: Server;
  readonly #sockets: Set<Socket>;
  readonly #following: Repetition;

  private constructor(server: Server, sockets: Set<Socket>, following: Repetition) {
    this.port = (server.address() as AddressInfo).port;
    this.#server = server;
    this.#sockets = sockets;
    this.#following = following;
  }

  /**
   * Listens on a free port, and gives each new connection to the next ready address of the Service.
   * As with kube-proxy, a connection stays where it is when its address is ready no more, and is refused without one.
   */
  static async start(
    { api, network }: Readonly<{ api: Api; network: Network }>,
    { namespace, service, port }: Readonly<{ namespace: string; service: string; port: number }>,
  ): Promise<Balancer> {
    const { spec } = await api.get<V1Service>(`/api/v1/namespaces/${namespace}/services/${service}`);
    const portName = spec?.ports?.find((each) => each.port === port)?.name;
    const slices = `/apis/discovery.k8s.io/v1/namespaces/${namespace}/endpointslices?labelSelector=kubernetes.io/service-name%3D${service}`;
    let targets: readonly number[] = [];
    let turn = 0;
    const following = repeat(200, async () => {
      const { items } = await api.get<V1EndpointSliceList>(slices);
      targets = items.flatMap(({ ports, endpoints }) => {
        const number = ports?.find(({ name }) => name === portName)?.port ?? 0;
        return (endpoints ?? [])
          .filter(({ conditions }) => conditions?.ready)
          .flatMap(({ addresses }) => addresses.map((address) => network.find(address, number)))
          .filter((target) => target !== undefined);
      });
    });
    const sockets = new Set<Socket>();
    const server = createServer({ allowHalfOpen: true, noDelay: true }, (client) => {
      const target = targets[turn++ % targets.length];
      if (target === undefined) client.resetAndDestroy();
      else join(client, target, sockets);
    });
    server.listen(0, '127.0.0.1');
    await once(server, 'listening');
    return new Balancer(server, sockets, following);
  }

  /** Ends all connections. */
  async close(): Promise<void> {
    const closed = once(this.#server, 'close');
    this.#server.close();
    for (const socket of this.#sockets) socket.destroy();
    await closed;
    await this.#following.stop();
  }
}

/** Two ends of one connection: what ends or breaks one does so to the other. */
function join(client: Socket, port: number, sockets: Set<Socket>): void {
  const target = connect({ port, host: '127.0.0.1', allowHalfOpen: true, noDelay: true });
  for (const [one, other] of [
    [client, target],
    [target, client],
  ] as const) {
    sockets.add(one);
    one.pipe(other);
    one.on('error', () => other.resetAndDestroy());
    one.on('close', () => {
      sockets.delete(one);
      if (!other.writableEnded) other.destroy();
    });
  }
}
