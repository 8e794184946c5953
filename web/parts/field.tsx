import type { ComponentChildren } from 'preact';
import { useId } from 'preact/hooks';

type FieldProps = Readonly<{
  label: string;
  value: string;
  onValue: (value: string) => void;
  hint?: string | undefined;
  fault?: string | undefined;
}>;

/** What is typed is neither kept nor changed. */
const quiet = { autocomplete: 'off', autocapitalize: 'off', spellcheck: false } as const;

/** A field of one line. The browser remembers nothing of it: it may be somebody's address. */
export function TextField({ isSecret = false, ...field }: FieldProps & Readonly<{ isSecret?: boolean }>) {
  const [id, described, notes] = useNotes(field);
  const common = { id, value: field.value, ...quiet, ...described };
  const onInput = (event: Readonly<{ currentTarget: HTMLInputElement }>): void => {
    field.onValue(event.currentTarget.value);
  };
  return (
    <div class="field">
      <label for={id}>{field.label}</label>
      {isSecret ? (
        <input type="password" {...common} onInput={onInput} />
      ) : (
        <input type="text" {...common} onInput={onInput} />
      )}
      {notes}
    </div>
  );
}

/** A field of many lines. */
export function TextArea(field: FieldProps) {
  const [id, described, notes] = useNotes(field);
  return (
    <div class="field">
      <label for={id}>{field.label}</label>
      <textarea
        id={id}
        rows={8}
        value={field.value}
        onInput={(event) => {
          field.onValue(event.currentTarget.value);
        }}
        {...quiet}
        {...described}
      />
      {notes}
    </div>
  );
}

export type SelectOption = Readonly<{ value: string; text: string }>;

/** A choice of one. */
export function SelectField({
  options,
  ...field
}: FieldProps & Readonly<{ options: readonly SelectOption[] }>) {
  const [id, described, notes] = useNotes(field);
  return (
    <div class="field">
      <label for={id}>{field.label}</label>
      <select
        id={id}
        value={field.value}
        onChange={(event) => {
          field.onValue(event.currentTarget.value);
        }}
        {...described}
      >
        {options.map(({ value, text }) => (
          <option key={value} value={value}>
            {text}
          </option>
        ))}
      </select>
      {notes}
    </div>
  );
}

type Described = Readonly<{ 'aria-describedby'?: string; 'aria-invalid'?: 'true' }>;

/** Ties a field to its hint and to what is wrong with it. */
function useNotes({ hint, fault }: FieldProps): readonly [string, Described, ComponentChildren] {
  const id = useId();
  const notes = [
    ...(hint === undefined ? [] : [{ id: `${id}-hint`, class: 'hint', text: hint }]),
    ...(fault === undefined ? [] : [{ id: `${id}-fault`, class: 'fieldfault', text: fault }]),
  ];
  const described: Described = {
    ...(notes.length > 0 && { 'aria-describedby': notes.map((note) => note.id).join(' ') }),
    ...(fault !== undefined && { 'aria-invalid': 'true' }),
  };
  const shown = notes.map((note) => (
    <p key={note.id} id={note.id} class={note.class}>
      {note.text}
    </p>
  ));
  return [id, described, shown];
}
