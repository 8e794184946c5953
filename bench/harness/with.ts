/** Starts programs, works with them, and ends them whatever comes. */
import { type Program, Subject } from './subject.ts';

export async function withSubjects<T>(
  programs: readonly Program[],
  work: (...subjects: readonly Subject[]) => Promise<T>,
): Promise<T> {
  const subjects: Subject[] = [];
  try {
    for (const program of programs) subjects.push(await Subject.start(program));
    return await work(...subjects);
  } finally {
    for (const subject of subjects) await subject.stop();
  }
}
