/**
 * Waits until the API server serves OmneoTenants. A wait for a condition fails while there is no condition at all, as in the
 * first moment of a CRD, so its names are waited for first.
 */
export async function untilCrdServed(kubectl: (...args: string[]) => Promise<unknown>): Promise<void> {
  for (const condition of ['jsonpath={.status.acceptedNames.kind}=OmneoTenant', 'condition=Established'])
    await kubectl('wait', `--for=${condition}`, 'crd/omneotenants.omneo.io', '--timeout=30s');
}
