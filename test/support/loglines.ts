/** What was logged: level, message and fields. */
export type Lines = [level: string, message: string, fields: object][];

/** A log that keeps its lines. */
export function logInto(lines: Lines) {
  const at = (level: string) => (fields: object, message: string) => lines.push([level, message, fields]);
  return { debug: at('debug'), info: at('info'), warn: at('warn'), error: at('error') };
}
