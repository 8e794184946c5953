/** The process that makes the load: one job at a time, by message. */
import { drive } from './drive.ts';
import type { Job } from './job.ts';

let runs = 0;

process.on('message', (job: Job) => {
  runs += 1;
  void drive(job, `bench-${process.pid}-${runs}`).then(
    (report) => process.send?.({ report }),
    (error: unknown) => process.send?.({ error: String(error) }),
  );
});
process.once('disconnect', () => process.exit(0));
