/** Addresses of Pods, which exist in the API alone: behind each port is another one of the loopback interface. */
export class Network {
  readonly #ports = new Map<string, ReadonlyMap<number, number>>();
  #given = 0;

  /** An address that an EndpointSlice may hold, which one of the loopback interface is not. */
  newAddress(): string {
    this.#given++;
    return `10.244.${this.#given >> 8}.${this.#given & 255}`;
  }

  /** From now on the ports of a container lead to the ports on which its process listens. */
  attach(address: string, ports: ReadonlyMap<number, number>): void {
    this.#ports.set(address, ports);
  }

  detach(address: string): void {
    this.#ports.delete(address);
  }

  /** The port of the loopback interface behind a port of a Pod, while its process listens. */
  find(address: string, port: number): number | undefined {
    return this.#ports.get(address)?.get(port);
  }
}
