/** A webhook that ended in a final failure, and is stored for a human to decide about; the failure is its cause. */
export class Parked extends Error {
  override name = 'Parked';
  readonly deliveryId: string;

  constructor(deliveryId: string, cause: unknown) {
    super('the delivery is parked', { cause });
    this.deliveryId = deliveryId;
  }
}
