/** What a suite needs and cannot always have. */
import type { Context } from 'mocha';
import { env } from 'node:process';
import type { ToolName } from './tools/recipes.ts';
import { MissingTool, tool } from './tools/tool.ts';

export type Skip = { readonly suite: string; readonly reason: string };

/** Where the root hooks keep the skips of a run: mocha hands a suite the context of its root. */
export type SkipContext = Context & { skips?: Skip[] };

/**
 * For a suite's `before`: gets the tools the suite needs, building them if it must.
 * If one cannot be had, the suite is skipped and the run's last lines say so; with CI=true that is a failure.
 */
export async function needTools(context: SkipContext, ...names: readonly ToolName[]): Promise<void> {
  const usual = context.timeout();
  context.timeout(40 * 60_000);
  try {
    for (const name of names) await tool(name);
    context.timeout(usual);
  } catch (error) {
    if (!(error instanceof MissingTool) || env['CI'] === 'true') throw error;
    context.skips?.push({ suite: context.test?.parent?.fullTitle() ?? 'unknown', reason: error.message });
    context.skip();
  }
}
