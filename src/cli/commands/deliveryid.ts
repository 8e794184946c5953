import { InvalidArgumentError } from 'commander';

/** @throws InvalidArgumentError for a text that names no delivery */
export function deliveryId(text: string): string {
  if (/^[\da-f]{8}(-[\da-f]{4}){3}-[\da-f]{12}$/i.test(text)) return text.toLowerCase();
  throw new InvalidArgumentError('A delivery_id looks like 0b4e6d0e-5f0a-4f0e-9d52-0f6f3c1f6a57.');
}
