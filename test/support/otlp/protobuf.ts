/** What stands in one field of a message: a number, or the bytes of a text or of a message within. */
type Value = bigint | Uint8Array;

/** The fields of a message of Protocol Buffers by their numbers, each as often as it is there. */
export type Message = ReadonlyMap<number, readonly Value[]>;

/** Reads a message without knowing what its fields mean. Throws for what is none. */
export function decodeMessage(bytes: Uint8Array): Message {
  const fields = new Map<number, Value[]>();
  const reader = new Reader(bytes);
  while (!reader.isAtEnd) {
    const tag = Number(reader.varint());
    const values = fields.get(tag >> 3) ?? [];
    values.push(reader.value(tag & 7));
    fields.set(tag >> 3, values);
  }
  return fields;
}

/** The messages within a field. */
export function messagesIn(message: Message, field: number): readonly Message[] {
  return bytesIn(message, field).map(decodeMessage);
}

/** The text in a field; empty, if it is not there. */
export function textIn(message: Message, field: number): string {
  return new TextDecoder('utf-8', { fatal: true }).decode(bytesIn(message, field)[0]);
}

/** The bytes in a field in hexadecimal digits; empty, if it is not there. */
export function hexIn(message: Message, field: number): string {
  return Buffer.from(bytesIn(message, field)[0] ?? []).toString('hex');
}

/** The whole number in a field; 0, if it is not there. */
export function wholeIn(message: Message, field: number): bigint {
  const value = message.get(field)?.[0] ?? 0n;
  if (typeof value !== 'bigint') throw new Error(`field ${field} is no number`);
  return value;
}

function bytesIn(message: Message, field: number): readonly Uint8Array[] {
  return (message.get(field) ?? []).map((value) => {
    if (typeof value === 'bigint') throw new Error(`field ${field} is a number`);
    return value;
  });
}

class Reader {
  readonly #bytes: Uint8Array;
  readonly #view: DataView;
  #at = 0;

  constructor(bytes: Uint8Array) {
    this.#bytes = bytes;
    this.#view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  }

  get isAtEnd(): boolean {
    return this.#at >= this.#bytes.length;
  }

  varint(): bigint {
    let value = 0n;
    for (let shift = 0n; ; shift += 7n) {
      const byte = this.#view.getUint8(this.#at++);
      value |= BigInt(byte & 0x7f) << shift;
      if (byte < 0x80) return value;
    }
  }

  value(wireType: number): Value {
    switch (wireType) {
      case 0:
        return this.varint();
      case 1:
        return this.#view.getBigUint64(this.#skip(8), true);
      case 2:
        return this.#take(Number(this.varint()));
      case 5:
        return BigInt(this.#view.getUint32(this.#skip(4), true));
      default:
        throw new Error(`there is no wire type ${wireType}`);
    }
  }

  #take(length: number): Uint8Array {
    const from = this.#skip(length);
    if (this.#at > this.#bytes.length) throw new Error('the message is cut off');
    return this.#bytes.subarray(from, this.#at);
  }

  /** Where what is passed over begins. */
  #skip(length: number): number {
    const from = this.#at;
    this.#at += length;
    return from;
  }
}
