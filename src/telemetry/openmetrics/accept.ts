/** Whether an Accept header asks for OpenMetrics, and not for the text format rather than that. */
export function prefersOpenMetrics(accept = ''): boolean {
  const weight = weightOf('application/openmetrics-text', accept);
  return weight > 0 && weight >= weightOf('text/plain', accept);
}

/** From 0, which is never, to 1 (RFC 9110, section 12.4.2). */
function weightOf(type: string, accept: string): number {
  const ranges = accept.split(',').map((range) => range.split(';').map((part) => part.trim().toLowerCase()));
  const weights = ranges
    .filter(([name]) => name === type)
    .map(([, ...parameters]) => parameters.find((parameter) => parameter.startsWith('q=')));
  return Math.max(0, ...weights.map((weight = 'q=1') => Number(weight.slice(2))));
}
