/** What is chosen in the list of deliveries and may stand in an address; what people search for may not. */
export type ListChoice = Readonly<{ tenant: string; state: string; reason: string; days: string }>;

export type Route =
  | Readonly<{ page: 'overview' }>
  | Readonly<{ page: 'deliveries'; choice: ListChoice }>
  | Readonly<{ page: 'delivery'; id: string }>
  | Readonly<{ page: 'step' }>
  | Readonly<{ page: 'nowhere' }>;

const choices = ['tenant', 'state', 'reason', 'days'] as const;

/** What an address shows. */
export function routeOf(pathname: string, search = ''): Route {
  const path = pathname.replace(/\/+$/, '') || '/';
  if (path === '/') return { page: 'overview' };
  if (path === '/step') return { page: 'step' };
  if (path === '/deliveries') return { page: 'deliveries', choice: choiceOf(search) };
  const [, id] = /^\/deliveries\/([0-9a-f-]{36})$/i.exec(path) ?? [];
  return id === undefined ? { page: 'nowhere' } : { page: 'delivery', id };
}

/** The address of the list with this choice. */
export function pathToList(choice: Partial<ListChoice>): string {
  const chosen = choices.map((name): [string, string] => [name, choice[name] ?? '']);
  const query = new URLSearchParams(chosen.filter(([, value]) => value !== '')).toString();
  return query === '' ? '/deliveries' : `/deliveries?${query}`;
}

/** The address of one delivery. */
export function pathToDelivery(id: string): string {
  return `/deliveries/${id}`;
}

function choiceOf(search: string): ListChoice {
  const query = new URLSearchParams(search);
  const [tenant, state, reason, days] = choices.map((name) => query.get(name) ?? '');
  return { tenant: tenant ?? '', state: state ?? '', reason: reason ?? '', days: days ?? '' };
}
