import { type Message, decodeMessage, hexIn, messagesIn, textIn, wholeIn } from './protobuf.ts';

type Attribute = string | number | boolean;

/** A span as a collector receives it. Times are in nanoseconds since the epoch. */
export type ReceivedSpan = Readonly<{
  traceId: string;
  spanId: string;
  /** Empty: it begins its trace. */
  parentId: string;
  name: string;
  kind: string;
  start: bigint;
  end: bigint;
  attributes: Readonly<Record<string, Attribute>>;
  links: readonly Readonly<{ traceId: string; spanId: string }>[];
  events: number;
  isError: boolean;
  statusMessage: string;
  resource: Readonly<Record<string, Attribute>>;
}>;

const kinds = ['unspecified', 'internal', 'server', 'client', 'producer', 'consumer'];
const errorCode = 2n;

/** The spans of an ExportTraceServiceRequest (opentelemetry-proto 1, trace/v1). */
export function spansOf(request: Uint8Array): readonly ReceivedSpan[] {
  return messagesIn(decodeMessage(request), 1).flatMap((ofResource) => {
    const [about = new Map()] = messagesIn(ofResource, 1);
    const spans = messagesIn(ofResource, 2).flatMap((ofScope) => messagesIn(ofScope, 2));
    return spans.map((span) => spanOf(span, attributesIn(about, 1)));
  });
}

function spanOf(span: Message, resource: ReceivedSpan['resource']): ReceivedSpan {
  const [status = new Map()] = messagesIn(span, 15);
  return {
    traceId: hexIn(span, 1),
    spanId: hexIn(span, 2),
    parentId: hexIn(span, 4),
    name: textIn(span, 5),
    kind: kinds[Number(wholeIn(span, 6))] ?? '',
    start: wholeIn(span, 7),
    end: wholeIn(span, 8),
    attributes: attributesIn(span, 9),
    events: messagesIn(span, 11).length,
    links: messagesIn(span, 13).map((link) => ({ traceId: hexIn(link, 1), spanId: hexIn(link, 2) })),
    isError: wholeIn(status, 3) === errorCode,
    statusMessage: textIn(status, 2),
    resource,
  };
}

function attributesIn(message: Message, field: number): Readonly<Record<string, Attribute>> {
  return Object.fromEntries(
    messagesIn(message, field).map((pair) => {
      const [value = new Map()] = messagesIn(pair, 2);
      return [textIn(pair, 1), attributeOf(value)];
    }),
  );
}

/** Of the kinds of AnyValue those that the gateway sends. */
function attributeOf(value: Message): Attribute {
  if (value.has(1)) return textIn(value, 1);
  if (value.has(2)) return wholeIn(value, 2) === 1n;
  if (value.has(3)) return Number(wholeIn(value, 3));
  throw new Error('no attribute of the gateway is of this kind');
}
