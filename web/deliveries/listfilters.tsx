import { useState } from 'preact/hooks';
import type { TenantView } from '../api/types.ts';
import type { ListChoice } from '../lib/route.ts';
import { type SelectOption, SelectField, TextField } from '../parts/field.tsx';
import { reasons, stateMeanings, stateWords } from '../words/reasons.ts';
import { type Search, type SearchKind, noSearch, searchFault, searchKinds } from './search.ts';

type ListFiltersProps = Readonly<{
  tenants: readonly TenantView[];
  choice: ListChoice;
  search: Search;
  onShow: (choice: ListChoice, search: Search) => void;
}>;

const kindWords: Readonly<Record<SearchKind, string>> = {
  email: 'E-mail address',
  person_id: 'Klaviyo or Omneo id',
  id: 'Id of the webhook',
};

const anyOf = (text: string): SelectOption => ({ value: '', text });
const stateOptions = [
  anyOf('Every state'),
  ...Object.entries(stateWords).map(([value, text]) => ({ value, text })),
];
const reasonOptions = [
  anyOf('Every reason'),
  ...Object.entries(reasons).map(([value, { label }]) => ({ value, text: label })),
];
const dayOptions = [
  anyOf('At any time'),
  { value: '1', text: 'In the last day' },
  { value: '7', text: 'In the last 7 days' },
  { value: '30', text: 'In the last 30 days' },
];

/** What to look for. What is typed to find a customer goes to the gateway, and into no address. */
export function ListFilters({ tenants, choice, search, onShow }: ListFiltersProps) {
  const [next, setNext] = useState(choice);
  const [found, setFound] = useState(search);
  const [hasTried, setHasTried] = useState(false);
  const fault = searchFault(next, found);
  const change = (part: Partial<ListChoice>): void => {
    setNext({ ...next, ...part });
  };
  return (
    <form
      role="search"
      class="filters"
      onSubmit={(event) => {
        event.preventDefault();
        setHasTried(true);
        if (fault === undefined) onShow(next, found);
      }}
    >
      <SelectField
        label="Find a customer by"
        value={found.kind}
        onValue={(kind) => {
          setFound({ ...found, kind: searchKinds.find((one) => one === kind) ?? noSearch.kind });
        }}
        options={searchKinds.map((value) => ({ value, text: kindWords[value] }))}
      />
      <TextField
        label={kindWords[found.kind]}
        value={found.text}
        onValue={(text) => {
          setFound({ ...found, text });
        }}
      />
      <SelectField
        label="Tenant"
        value={next.tenant}
        onValue={(tenant) => {
          change({ tenant });
        }}
        options={[anyOf('Every tenant'), ...tenants.map(({ slug }) => ({ value: slug, text: slug }))]}
        fault={hasTried ? fault : undefined}
      />
      <SelectField
        label="State"
        value={next.state}
        onValue={(state) => {
          change({ state });
        }}
        options={stateOptions}
        hint={meaningOf(next.state)}
      />
      <SelectField
        label="Reason"
        value={next.reason}
        onValue={(reason) => {
          change({ reason });
        }}
        options={reasonOptions}
      />
      <SelectField
        label="Arrived"
        value={next.days}
        onValue={(days) => {
          change({ days });
        }}
        options={dayOptions}
      />
      <div class="buttons">
        <button type="submit" class="main">
          Search
        </button>
        <button
          type="button"
          onClick={() => {
            setFound(noSearch);
            onShow({ tenant: '', state: '', reason: '', days: '' }, noSearch);
          }}
        >
          Clear
        </button>
      </div>
    </form>
  );
}

function meaningOf(state: string): string | undefined {
  return Object.entries(stateMeanings).find(([name]) => name === state)?.[1];
}
