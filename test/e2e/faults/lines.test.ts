import type { RestartReason } from '../../../src/sources/kubernetes/informer/restart.ts';
import { errorEvent, watchEvent, type Pieces } from '../apiproxy.ts';
import { change } from './population.ts';
import { startProcessTrial } from './processtrial.ts';
import { spoilLines } from './spoil.ts';
import { oneTrial } from './suite.ts';
import { restarted, survive } from './trial.ts';

type Spoiled = (line: string) => Pieces;

// In the place of a real line, so that a gateway that only skipped it would miss a change.
const lines: readonly (readonly [name: string, spoiled: Spoiled, reason: RestartReason])[] = [
  ['a connection reset', () => 'cut', 'disconnected'],
  ['410 as an event', () => errorEvent(410, 'Expired'), 'expired'],
  ['another error event', () => errorEvent(500, 'InternalError'), 'server_error'],
  ['a malformed line', (line) => line.replace('{', '<'), 'malformed'],
  ['an unknown event type', (line) => line.replace(/"(ADDED|MODIFIED|DELETED)"/, '"WEIRD"'), 'malformed'],
  ['object: null', () => watchEvent('MODIFIED', null), 'malformed'],
  ['half an object at the end', (line) => [{ raw: line.slice(0, line.length / 2) }, 'end'], 'disconnected'],
];

describe('a watch', () => {
  const trial = oneTrial(startProcessTrial);

  for (const [name, spoiled, reason] of lines) {
    it(`survives ${name}`, async () => {
      await survive(trial(), async () => {
        trial().proxy.use(spoilLines(spoiled));
        await change(trial().stage);
        await restarted(trial(), reason);
        trial().proxy.use({});
      });
    });
  }
});
