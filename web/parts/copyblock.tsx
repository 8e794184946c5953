import { useId } from 'preact/hooks';
import { CopyButton } from './copybutton.tsx';

/** Text to be pasted elsewhere, with a button that copies it. */
export function CopyBlock({ label, text }: Readonly<{ label: string; text: string }>) {
  const id = useId();
  return (
    <div class="copy">
      <p class="copyhead">
        <span id={id}>{label}</span>
        <CopyButton label={label} text={text} />
      </p>
      <pre aria-labelledby={id} role="region" tabIndex={0}>
        {text}
      </pre>
    </div>
  );
}
