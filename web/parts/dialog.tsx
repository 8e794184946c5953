import type { ComponentChildren } from 'preact';
import { useLayoutEffect, useId, useRef } from 'preact/hooks';

type DialogProps = Readonly<{ title: string; onClose: () => void; children: ComponentChildren }>;

const focusable = 'button:not([disabled]), input, select, textarea, a[href], summary';

/** A dialog over the page: it keeps the focus until it is closed, and then gives it back to where it came from. */
export function Dialog({ title, onClose, children }: DialogProps) {
  const dialog = useRef<HTMLDialogElement>(null);
  const id = useId();
  useLayoutEffect(() => {
    const shown = dialog.current;
    const before = document.activeElement;
    shown?.showModal();
    return () => {
      shown?.close();
      // A dialog that has left the page already gives nothing back by itself.
      if (before instanceof HTMLElement) before.focus();
    };
  }, []);
  return (
    <dialog
      ref={dialog}
      aria-labelledby={id}
      onKeyDown={keepFocus}
      onCancel={(event) => {
        event.preventDefault();
        onClose();
      }}
    >
      <h2 id={id}>{title}</h2>
      {children}
    </dialog>
  );
}

/** The browser's own dialogs let Tab leave to its bars; here it goes round. */
function keepFocus(event: KeyboardEvent & Readonly<{ currentTarget: HTMLDialogElement }>): void {
  if (event.key !== 'Tab') return;
  const places = [...event.currentTarget.querySelectorAll<HTMLElement>(focusable)].filter((one) =>
    one.checkVisibility(),
  );
  const [from, to] = event.shiftKey ? [places[0], places.at(-1)] : [places.at(-1), places[0]];
  if (document.activeElement !== from) return;
  event.preventDefault();
  to?.focus();
}
