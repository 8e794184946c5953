import { json, type Answer, type Ask } from './http.ts';

const whole = (text: string | null, fallback: number) =>
  text !== null && /^[1-9]\d{0,8}$/.test(text) ? Number(text) : fallback;

/** One page of the rows, in the envelope `{data, links, meta}`; reads page[number] and page[size]. */
export function page<Row>(rows: Row[], ask: Ask, pageSize: number, present: (row: Row) => unknown): Answer {
  const size = whole(ask.query.get('page[size]'), pageSize);
  const current = whole(ask.query.get('page[number]'), 1);
  const last = Math.max(1, Math.ceil(rows.length / size));
  const from = (current - 1) * size;
  const shown = rows.slice(from, from + size);
  const link = (number: number) => {
    const query = new URLSearchParams(ask.query);
    query.set('page[number]', String(number));
    return `${ask.path}?${query.toString()}`;
  };
  const previous = current > 1 ? link(current - 1) : null;
  const next = current < last ? link(current + 1) : null;
  return json(200, {
    data: shown.map(present),
    links: { first: link(1), last: link(last), prev: previous, next },
    meta: {
      current_page: current,
      from: shown.length > 0 ? from + 1 : null,
      last_page: last,
      links: [
        { url: previous, label: '&laquo; Previous', active: false },
        { url: link(current), label: String(current), active: true },
        { url: next, label: 'Next &raquo;', active: false },
      ],
      path: ask.path,
      per_page: size,
      to: shown.length > 0 ? from + shown.length : null,
      total: rows.length,
    },
  });
}

/**
 * The values that a filter asks for, by `filter[a][b]`, `[eq]` or a comma list in `[in]`, where a and b are the path.
 * undefined: there is no such filter.
 */
export function filterValues(query: URLSearchParams, ...path: string[]): string[] | undefined {
  const filter = `filter[${path.join('][')}]`;
  const one = query.get(filter) ?? query.get(`${filter}[eq]`);
  if (one !== null) return [one];
  return query.get(`${filter}[in]`)?.split(',');
}

/** The query with every filter taken out. */
export const withoutFilters = (query: URLSearchParams) =>
  new URLSearchParams([...query].filter(([name]) => !name.startsWith('filter[')));
