import type { ApiFault } from '../api/fault.ts';
import { FieldFaults } from './fieldfaults.tsx';

/** What went wrong, and what to do about it. It is read aloud as it appears. */
export function FaultBox({ fault }: Readonly<{ fault: ApiFault }>) {
  return (
    <div role="alert" class="box bad">
      <p>
        <strong>{fault.title}.</strong> {fault.message}
      </p>
      <FieldFaults errors={fault.errors} />
      {fault.requestId !== '' && <p class="hint">Request {fault.requestId}</p>}
    </div>
  );
}
