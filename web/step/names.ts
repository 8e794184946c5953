/** What is typed has to be one of these, and what to do if it is not. */
export const plainNames =
  'Use letters, digits, blanks, dots, hyphens and underscores; begin with a letter or a digit.';
export const propertyNames = 'Type the name of the property as Klaviyo shows it, without {{ }} and quotes.';

/** Whether a name can stand in JSON, and in a path, as it is. */
export function isPlainName(text: string): boolean {
  return /^[a-z0-9][a-z0-9 _.-]{0,79}$/i.test(text) && text.trim() === text;
}

/** Whether a tag can ask for a property of this name. */
export function isProperty(text: string): boolean {
  return (
    /^[^'"\\{}%|<>&\u0000-\u001f\u007f\ufffd]{1,100}$/.test(text) &&
    text.trim() === text &&
    text.isWellFormed()
  );
}
