import { Writable } from 'node:stream';
import { setImmediate as turn } from 'node:timers/promises';
import { expect } from 'chai';
import { createMetrics } from '../../src/telemetry/metrics.ts';
import { Output } from '../../src/lib/log.ts';
import { Registry } from '../../src/tenants/registry.ts';
import { samplesOf, textOf } from '../support/prometheus.ts';

type Done = (error?: Error) => void;

/** A reader that takes each write when it is let. */
class Reader extends Writable {
  readonly read: string[] = [];
  waiting: Done[] = [];
  isReading = true;
  fault: Error | undefined;

  constructor() {
    super({ autoDestroy: false });
  }

  override _write(chunk: Buffer, _: string, done: Done): void {
    if (this.fault === undefined) this.read.push(chunk.toString());
    if (this.isReading) done(this.fault);
    else this.waiting.push(done);
  }

  goOn(): void {
    this.isReading = true;
    for (const done of this.waiting.splice(0)) done();
  }
}

const line = `${'x'.repeat(99)}\n`;

describe('the output of the log', () => {
  let reader: Reader;
  let output: Output;

  beforeEach(() => {
    reader = new Reader();
    output = new Output(reader, 1000);
  });

  it('drops what a reader that reads no further has no room for, and counts it', async () => {
    reader.isReading = false;
    for (let lines = 0; lines < 25; lines++) {
      output.write(line);
      await turn();
    }
    expect(output.dropped).to.equal(15);
    expect(reader.writableLength).to.equal(1000);
  });

  it('drops whole lines of one turn', () => {
    for (let lines = 0; lines < 12; lines++) output.write(line);
    output.flush();
    expect([output.dropped, reader.read.join('')]).to.deep.equal([2, line.repeat(10)]);
  });

  it('goes on when the reader does', async () => {
    reader.isReading = false;
    for (let lines = 0; lines < 12; lines++) output.write(line);
    output.flush();
    reader.goOn();
    await turn();
    output.write('more\n');
    output.flush();
    expect([output.dropped, reader.read.at(-1)]).to.deep.equal([2, 'more\n']);
  });

  it('counts what a reader that is gone, or a disk that is full, did not take', async () => {
    reader.fault = Object.assign(new Error(), { code: 'ENOSPC' });
    output.write(line);
    output.write(line);
    await turn();
    await turn();
    expect([output.dropped, reader.read]).to.deep.equal([2, []]);
  });

  it('is finished at once when everything was read', () => {
    let isFinished = false;
    output.write(line);
    output.finish(() => (isFinished = true));
    expect([isFinished, reader.read]).to.deep.equal([true, [line]]);
  });

  it('is finished when the reader has caught up', async () => {
    reader.isReading = false;
    output.write(line.repeat(10));
    const finished = new Promise<void>((resolve) => {
      output.finish(resolve, 2 ** 30);
    });
    reader.goOn();
    await finished;
  });

  it('is finished after a while when the reader never does, and once though it catches up later', async () => {
    reader.isReading = false;
    output.write(line.repeat(10));
    let ends = 0;
    await new Promise<void>((resolve) => {
      output.finish(() => {
        ends += 1;
        resolve();
      }, 1);
    });
    expect(reader.writableLength).to.equal(1000);
    reader.goOn();
    await turn();
    await turn();
    expect([ends, reader.writableLength]).to.deep.equal([1, 0]);
  });

  it('is counted in the metrics', async () => {
    const metrics = createMetrics(new Registry(), '0', { dropped: 7 });
    const [sample] = samplesOf(await textOf(metrics), 'omneo_gateway_log_lines_dropped_total');
    expect(sample).to.deep.equal({ labels: {}, value: 7 });
  });
});
