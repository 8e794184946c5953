import { isIPv6 } from 'node:net';

/**
 * A client by its address, for limits: an IPv4 address, or the /64 of an IPv6 one, since one customer of a provider has
 * all of that.
 */
export function clientOf(address: string | undefined): string {
  const [, mapped] = /^::ffff:(\d+\.\d+\.\d+\.\d+)$/i.exec(address ?? '') ?? [];
  if (mapped !== undefined) return mapped;
  if (address === undefined || !isIPv6(address)) return address ?? '';
  const [head = '', tail] = address.replace(/%.*$/, '').split('::');
  const before = head === '' ? [] : head.split(':');
  const after = tail === undefined || tail === '' ? [] : tail.split(':');
  const zeros = Array.from({ length: Math.max(0, 8 - before.length - after.length) }, () => '0');
  return `${[...before, ...zeros, ...after].slice(0, 4).join(':')}::/64`;
}
