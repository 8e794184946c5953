import { useEffect, useRef } from 'preact/hooks';

/** What has been done. It takes the focus, since what was pressed for it may be gone. */
export function Said({ text }: Readonly<{ text: string }>) {
  const place = useRef<HTMLParagraphElement>(null);
  useEffect(() => {
    place.current?.focus();
  }, [text]);
  return (
    <p ref={place} tabIndex={-1} class="box good">
      {text}
    </p>
  );
}
