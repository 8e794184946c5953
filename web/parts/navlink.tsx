import type { ComponentChildren } from 'preact';
import { useSession } from '../lib/session.ts';

type PageLinkProps = Readonly<{ to: string; class?: string; children: ComponentChildren }>;

/** A link to another address of the page, which need not be loaded again. */
export function PageLink({ to, children, ...rest }: PageLinkProps) {
  const { go } = useSession();
  return (
    <a
      href={to}
      {...rest}
      onClick={(event) => {
        // What opens another tab or window is the browser's.
        if (event.ctrlKey || event.metaKey || event.shiftKey || event.altKey || event.button !== 0) return;
        event.preventDefault();
        go(to);
      }}
    >
      {children}
    </a>
  );
}

/** A link in the navigation. */
export function NavLink({ isHere, ...rest }: PageLinkProps & Readonly<{ isHere: boolean }>) {
  return <PageLink {...rest} {...(isHere && { 'aria-current': 'page' as const })} />;
}
