import { useState } from 'preact/hooks';
import { type ApiFault, faultOf } from '../api/fault.ts';
import type { CheckResult, RehearsalResult, TenantView } from '../api/types.ts';
import { useSession } from '../lib/session.ts';
import { FaultBox } from '../parts/faultbox.tsx';
import { TextArea } from '../parts/field.tsx';
import { FieldFaults } from '../parts/fieldfaults.tsx';
import { rehearsalWords } from '../words/rehearsal.ts';
import { RehearsalAnswer } from './rehearsalanswer.tsx';

type BodyCheckProps = Readonly<{ tenant: TenantView; action: string }>;
type Checked = Readonly<{ result?: CheckResult; rehearsal?: RehearsalResult; fault?: ApiFault }>;

/**
 * Checks what Klaviyo's preview rendered by the gateway's own rules, and rehearses it for those who may. Nothing is stored
 * or issued.
 */
export function BodyCheck({ tenant: { slug, allowed }, action }: BodyCheckProps) {
  const { client, announce } = useSession();
  const [body, setBody] = useState('');
  const [checked, setChecked] = useState<Checked>({});
  const mayRehearse = allowed.includes('update');
  const ask = (answer: () => Promise<Checked>): void => {
    if (body.trim() === '') return;
    answer().then(setChecked, (error: unknown) => {
      setChecked({ fault: faultOf(error) });
    });
  };
  const check = async (): Promise<Checked> => {
    const result = await client.check(slug, action, body);
    announce(result.is_valid ? 'The gateway takes this body' : 'The gateway refuses this body');
    return { result };
  };
  const rehearse = async (): Promise<Checked> => {
    const rehearsal = await client.rehearse(slug, action, body);
    announce(rehearsalWords(rehearsal).title);
    return { rehearsal };
  };
  return (
    <section>
      <h2>3. Check</h2>
      <p>
        In Klaviyo choose <strong>Preview</strong> and a profile. Copy the body as the preview shows it, and
        check it here by the rules of the gateway. Nothing is issued.
      </p>
      {mayRehearse && (
        <p>
          A rehearsal goes further: it looks in Omneo for this customer and for this id, and says what would
          become of the webhook. It issues nothing either.
        </p>
      )}
      <form
        onSubmit={(event) => {
          event.preventDefault();
          ask(check);
        }}
      >
        <TextArea label="Body from the preview" value={body} onValue={setBody} />
        <button type="submit" class="main">
          Check
        </button>
        {mayRehearse && (
          <button
            type="button"
            onClick={() => {
              ask(rehearse);
            }}
          >
            Rehearse
          </button>
        )}
      </form>
      {checked.fault !== undefined && <FaultBox fault={checked.fault} />}
      {checked.result !== undefined && <CheckAnswer result={checked.result} />}
      {checked.rehearsal !== undefined && <RehearsalAnswer result={checked.rehearsal} />}
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
