/** `npm run chaos`: lets everything go wrong at once, and then counts what was made. */
import { randomInt } from 'node:crypto';
import { judgeRun } from './outcome.ts';
import { type Options, readOptions, usage } from './options.ts';
import { writeHistories } from './report.ts';
import { run } from './run.ts';
import { render, wrongOnes } from './table.ts';

function read(): Options | undefined {
  try {
    return readOptions(process.argv.slice(2), randomInt(1_000_000));
  } catch (error) {
    console.error(`${error instanceof Error ? error.message : String(error)}\n${usage}`);
    return undefined;
  }
}

async function main(options: Options): Promise<boolean> {
  const { seed, webhooks, minutes, ledger, mode, actions, sabotage } = options;
  const mixed = actions.length > 1 ? ` of ${actions.join(',')}` : '';
  console.log(
    `seed ${seed}, ${webhooks} webhooks${mixed}, ledger ${ledger}, ${mode}, at most ${minutes} minutes${sabotage && !options.intact ? `, without ${sabotage}` : ''}`,
  );
  const begun = performance.now();
  return run(options, async (evidence, folder) => {
    const outcome = judgeRun(evidence);
    const wrong = wrongOnes(Object.values(outcome.sections).flat());
    console.log(render(outcome.sections));
    const seconds = Math.round((performance.now() - begun) / 1000);
    if (wrong.length > 0)
      console.log(`Histories: ${await writeHistories(outcome, evidence, { seed, folder })}`);
    console.log(
      `seed ${seed}: ${wrong.length === 0 ? 'nothing' : `${wrong.length} figures`} wrong after ${seconds} s`,
    );
    return wrong.length === 0;
  });
}

const options = read();
// SIGINT and SIGTERM end this process, and its guards end all that it started.
const code = options === undefined ? 2 : (await main(options)) ? 0 : 1;
// Not by itself: Node 24 was once seen to spin for ever in its own clean-up, with nothing left open.
process.exit(code);
