/**
 * Everything that the gateways of this test run logged, answered and showed as metrics. At the end of the run it
 * is searched for what must never be there.
 */
export const evidence: string[] = [];
