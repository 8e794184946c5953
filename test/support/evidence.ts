/**
 * Everything that the gateways in this process logged, answered and showed as metrics. After the tests it is searched
 * for what must never be there.
 */
export const evidence: string[] = [];
