import { readFile } from 'node:fs/promises';

/** The manifests of the example tenant, whose Omneo listens at this URL. */
export async function exampleText(omneo: string): Promise<string> {
  const text = await readFile(new URL('../../examples/acme.yaml', import.meta.url), 'utf8');
  return text.replaceAll('http://127.0.0.1:4010', omneo);
}
