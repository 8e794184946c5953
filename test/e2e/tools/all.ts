/** Builds what the end-to-end suites need and is not there yet, one after the other: suites side by side would each build it. */
import { pythonRecipes, recipes, type ToolName } from './recipes.ts';
import { MissingTool, tool } from './tool.ts';

for (const name of [...Object.keys(recipes), ...Object.keys(pythonRecipes)] as ToolName[]) {
  try {
    await tool(name);
  } catch (error) {
    if (!(error instanceof MissingTool)) throw error;
    // The suites that need it say so, and are skipped or fail.
    console.error(error.message);
  }
}
