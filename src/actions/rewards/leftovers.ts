import { isRecord } from '../../lib/record.ts';

/** Of more, the first tell enough. */
const most = 10;

/**
 * Where a tag that was not rendered is left in what goes on to Omneo as it is, by path; the first ten. Only the start
 * of a tag counts: `}}` ends JSON that is sent as text, too. A name that is no plain one may be anything that a
 * template put there, and is shown as `[…]`.
 */
export function unrenderedIn(data: Readonly<Record<string, unknown>>): readonly string[] {
  const paths = new Set<string>();
  for (const path of leftovers(data, 'data')) {
    paths.add(path);
    if (paths.size === most) break;
  }
  return [...paths];
}

function* leftovers(value: unknown, path: string): Generator<string> {
  if (typeof value === 'string') {
    if (hasTag(value)) yield path;
  } else if (Array.isArray(value)) {
    for (const [index, item] of value.entries()) yield* leftovers(item, `${path}[${index}]`);
  } else if (isRecord(value)) {
    for (const [name, inner] of Object.entries(value)) {
      const deeper = `${path}.${shown(name)}`;
      if (hasTag(name)) yield deeper;
      else yield* leftovers(inner, deeper);
    }
  }
}

function hasTag(text: string): boolean {
  return text.includes('{{') || text.includes('{%');
}

function shown(name: string): string {
  return /^[a-z_][\w-]{0,39}$/i.test(name) ? name : '[…]';
}
