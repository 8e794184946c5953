import type { ComponentChildren } from 'preact';
import { useEffect, useRef } from 'preact/hooks';
import { useSession } from '../lib/session.ts';

/** Names the page in the browser's tab and history. What a person typed never belongs there. */
export function useTitle(title: string): void {
  useEffect(() => {
    document.title = `${title} · omneo-gateway`;
  }, [title]);
}

/** The heading of a page. It takes the focus when the page came in place of another, so that it is read aloud. */
export function Heading({ children, title }: Readonly<{ children: ComponentChildren; title?: string }>) {
  const { hasMoved } = useSession();
  const heading = useRef<HTMLHeadingElement>(null);
  useTitle(title ?? (typeof children === 'string' ? children : 'Console'));
  useEffect(() => {
    if (hasMoved()) heading.current?.focus({ preventScroll: true });
  }, [hasMoved]);
  return (
    <h1 ref={heading} tabIndex={-1}>
      {children}
    </h1>
  );
}
