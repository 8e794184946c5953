import { UpstreamError } from '../../omneo/client/upstream.ts';

const advice =
  'Check the namespace, the handle and the value: Omneo says that the attribute can never be set so.';
const hint =
  'is rejected by Omneo: check there that the attribute exists, and whether it holds text, a number, or true or false. A number, true and false are sent without quotes, or with data.type.';

/** The same refusal, with what a marketer can do about it. */
export function withAdvice(cause: UpstreamError): UpstreamError {
  const { message, status, fields } = cause;
  return new UpstreamError('rejected', message, { status, fields, noun: 'attribute', hint, advice, cause });
}

/** Omneo knows the profile, and not the attribute. */
export function unknownAttribute(cause: UpstreamError): UpstreamError {
  const { status } = cause;
  const details = { status, fields: ['namespace', 'handle'], noun: 'attribute', hint, advice, cause };
  return new UpstreamError('rejected', 'Omneo knows no such attribute', details);
}
