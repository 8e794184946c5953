import { useSession } from '../lib/session.ts';
import { useLoad } from '../lib/useload.ts';
import { SelectField, TextField } from '../parts/field.tsx';

type DefinitionFieldProps = Readonly<{
  slug: string;
  /** One of what the definitions are of. */
  noun: string;
  value: string;
  fault: string | undefined;
  onValue: (value: string) => void;
}>;

/** The definitions of the tenant's Omneo, by name; their numbers can be typed if Omneo does not tell them. */
export function DefinitionField({ slug, noun, value, fault, onValue }: DefinitionFieldProps) {
  const { client } = useSession();
  const [{ value: definitions, fault: failure, isLoading }] = useLoad(
    () => client.definitions(slug, noun),
    [client, slug, noun],
  );
  const label = `${noun.charAt(0).toUpperCase()}${noun.slice(1)} definition`;
  const field = { label, value, fault, onValue };
  if (failure !== undefined)
    return (
      <TextField
        {...field}
        hint={`Omneo did not tell its definitions. ${failure.message} Or type the number.`}
      />
    );
  const options = (definitions ?? []).map(({ id, name }) => ({ value: String(id), text: `${name} (${id})` }));
  const first = { value: '', text: isLoading ? 'Loading…' : 'Choose one' };
  return <SelectField {...field} fault={isLoading ? undefined : fault} options={[first, ...options]} />;
}
