const named: Readonly<Record<string, string>> = { amp: '&', quot: '"', lt: '<', gt: '>', apos: "'" };

const escape = /&(?:(amp|quot|lt|gt|apos)|#(\d{1,7})|#x([0-9a-f]{1,6}));/gi;

/** Whether a text holds an HTML escape. */
export function hasEscape(text: string): boolean {
  return text.search(escape) !== -1;
}

/**
 * A text as it was before a template escaped it for HTML: Klaviyo's engine writes an apostrophe as `&#39;`. Decoded
 * once, so that a text that holds an escape itself stays what it is; what stands for no character is left alone.
 */
export function decodeOnce(text: string): string {
  if (!text.includes('&')) return text;
  return text.replace(escape, (whole, name?: string, decimal?: string, hex?: string) => {
    if (name !== undefined) return named[name.toLowerCase()] ?? whole;
    return characterOf(decimal === undefined ? parseInt(hex ?? '', 16) : Number(decimal)) ?? whole;
  });
}

function characterOf(code: number): string | null {
  const isCharacter = code <= 0x10ffff && !(code >= 0xd800 && code <= 0xdfff);
  return isCharacter ? String.fromCodePoint(code) : null;
}
