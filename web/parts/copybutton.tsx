import { useState } from 'preact/hooks';
import { useSession } from '../lib/session.ts';

type CopyButtonProps = Readonly<{
  /** What is copied, as it is called. */
  label: string;
  text: string;
}>;

/** How long a button says that it has copied, in milliseconds. */
const saidMs = 2000;

/** Copies a text, and says so. */
export function CopyButton({ label, text }: CopyButtonProps) {
  const { announce } = useSession();
  const [isCopied, setIsCopied] = useState(false);
  const copy = (): void => {
    navigator.clipboard.writeText(text).then(
      () => {
        setIsCopied(true);
        announce(`${label} copied`);
        setTimeout(() => {
          setIsCopied(false);
        }, saidMs);
      },
      () => {
        announce('The browser does not let this page copy: select the text and copy it.');
      },
    );
  };
  return (
    <button type="button" onClick={copy} aria-label={`Copy ${label}`}>
      {isCopied ? 'Copied' : 'Copy'}
    </button>
  );
}
