/** Builds what the end-to-end suites need and is not there yet, one after the other: suites side by side would each build it. */
import { recipes, type BuiltToolName } from './recipes.ts';
import { MissingTool, tool } from './tool.ts';

for (const name of Object.keys(recipes) as BuiltToolName[]) {
  try {
    await tool(name);
  } catch (error) {
    if (!(error instanceof MissingTool)) throw error;
    // The suites that need it say so, and are skipped or fail.
    console.error(error.message);
  }
}
