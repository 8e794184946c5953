import type { FieldFault } from '../api/types.ts';

/** The fields of a webhook that are wrong, each with what to do. */
export function FieldFaults({ errors }: Readonly<{ errors: readonly FieldFault[] }>) {
  if (errors.length === 0) return null;
  return (
    <ul>
      {errors.map(({ field, hint }) => (
        <li key={field}>
          <code>{field}</code> {hint}
        </li>
      ))}
    </ul>
  );
}
