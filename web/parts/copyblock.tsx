import { useId, useState } from 'preact/hooks';
import { useSession } from '../lib/session.ts';

type CopyBlockProps = Readonly<{ label: string; text: string }>;

/** Text to be pasted elsewhere, with a button that copies it. */
export function CopyBlock({ label, text }: CopyBlockProps) {
  const { announce } = useSession();
  const [isCopied, setIsCopied] = useState(false);
  const id = useId();
  const copy = (): void => {
    navigator.clipboard.writeText(text).then(
      () => {
        setIsCopied(true);
        announce(`${label} copied`);
        setTimeout(() => {
          setIsCopied(false);
        }, 2000);
      },
      () => {
        announce('The browser does not let this page copy: select the text and copy it.');
      },
    );
  };
  return (
    <div class="copy">
      <p class="copyhead">
        <span id={id}>{label}</span>
        <button type="button" onClick={copy} aria-label={`Copy ${label}`}>
          {isCopied ? 'Copied' : 'Copy'}
        </button>
      </p>
      <pre aria-labelledby={id} role="region" tabIndex={0}>
        {text}
      </pre>
    </div>
  );
}
