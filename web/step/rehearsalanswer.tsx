import type { RehearsalResult } from '../api/types.ts';
import { FieldFaults } from '../parts/fieldfaults.tsx';
import { rehearsalWords } from '../words/rehearsal.ts';

/** What would become of the pasted webhook. */
export function RehearsalAnswer({ result }: Readonly<{ result: RehearsalResult }>) {
  const { isGood, title, text } = rehearsalWords(result);
  const { errors = [] } = result;
  return (
    <div class={`box ${isGood ? 'good' : 'bad'}`}>
      <p>
        <strong>{title}</strong> {errors.length === 0 && text}
      </p>
      <FieldFaults errors={errors} />
    </div>
  );
}
