import { useState } from 'preact/hooks';
import { type ApiFault, faultOf } from '../api/fault.ts';
import type { CheckResult } from '../api/types.ts';
import { useSession } from '../lib/session.ts';
import { FaultBox } from '../parts/faultbox.tsx';
import { TextArea } from '../parts/field.tsx';
import { FieldFaults } from '../parts/fieldfaults.tsx';

type BodyCheckProps = Readonly<{ slug: string; action: string }>;
type Checked = Readonly<{ result?: CheckResult; fault?: ApiFault }>;

/** Checks what Klaviyo's preview rendered by the gateway's own rules. Nothing is stored or sent on. */
export function BodyCheck({ slug, action }: BodyCheckProps) {
  const { client, announce } = useSession();
  const [body, setBody] = useState('');
  const [checked, setChecked] = useState<Checked>({});
  const check = async (): Promise<void> => {
    try {
      const result = await client.check(slug, action, body);
      setChecked({ result });
      announce(result.is_valid ? 'The gateway takes this body' : 'The gateway refuses this body');
    } catch (error) {
      setChecked({ fault: faultOf(error) });
    }
  };
  return (
    <section>
      <h2>3. Check</h2>
      <p>
        In Klaviyo choose <strong>Preview</strong> and a profile. Copy the body as the preview shows it, and
        check it here by the rules of the gateway. Nothing is issued.
      </p>
      <form
        onSubmit={(event) => {
          event.preventDefault();
          if (body.trim() !== '') void check();
        }}
      >
        <TextArea label="Body from the preview" value={body} onValue={setBody} />
        <button type="submit" class="main">
          Check
        </button>
      </form>
      {checked.fault !== undefined && <FaultBox fault={checked.fault} />}
      {checked.result !== undefined && <CheckAnswer result={checked.result} />}
    </section>
  );
}

function CheckAnswer({ result }: Readonly<{ result: CheckResult }>) {
  const { is_valid: isValid, has_id: hasId, detail, errors = [] } = result;
  if (!isValid)
    return (
      <div class="box bad">
        <p>
          <strong>The gateway refuses this body.</strong> {errors.length === 0 && detail}
        </p>
        <FieldFaults errors={errors} />
      </div>
    );
  return (
    <div class="box good">
      <p>
        <strong>The gateway takes this body.</strong>
      </p>
      {hasId === false && (
        <p>It has no id, so only an equal copy of it is known as a retry. Is that meant?</p>
      )}
    </div>
  );
}
