import type { Command } from 'commander';
import type { ApiDeliveryDetails } from '../client/answers.ts';
import type { Terminal } from '../terminal.ts';
import { detailsInWords } from '../view/details.ts';
import { deliveryId } from './deliveryid.ts';
import { CommandRun, type RunOptions, takeRunOptions } from './commandrun.ts';

type ShowOptions = RunOptions & Readonly<{ payload?: true }>;

/** `deliveries show`. */
export function addShow(parent: Command, terminal: Terminal): void {
  const command = parent
    .command('show')
    .description('Show what happened to one delivery')
    .argument('<delivery>', 'its delivery_id', deliveryId)
    .option('--payload', 'open the webhook too, which needs a permission of its own')
    .action(async (id: string, { payload, ...options }: ShowOptions) => {
      const run = new CommandRun(options, terminal);
      const details = await run.client.get<ApiDeliveryDetails>(`deliveries/${id}`, 'delivery', {
        payload,
      });
      run.show(details, () => detailsInWords(details));
    });
  takeRunOptions(command);
}
