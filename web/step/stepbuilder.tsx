import { useState } from 'preact/hooks';
import type { TenantView } from '../api/types.ts';
import { CopyBlock } from '../parts/copyblock.tsx';
import { stepBody, stepURL } from './body.ts';
import { type StepChoice, firstChoice, settled, stepFaults } from './choice.ts';
import { StepFields } from './stepfields.tsx';
import type { StepAction } from './stepaction.ts';
import { trapsOf } from './traps.ts';

type StepBuilderProps = Readonly<{ tenant: TenantView; action: StepAction }>;

/** Makes of what is chosen what has to be pasted into Klaviyo. */
export function StepBuilder({ tenant, action }: StepBuilderProps) {
  const [choice, setChoice] = useState<StepChoice>(firstChoice);
  const faults = stepFaults(choice, action);
  const { text: url, isWhole } = stepURL(tenant.url, action.name);
  return (
    <>
      <section>
        <h2>1. Choose</h2>
        <StepFields
          slug={tenant.slug}
          action={action}
          choice={choice}
          faults={faults}
          onChoice={(next) => {
            setChoice(settled(next));
          }}
        />
        <Traps choice={choice} noun={action.noun} />
      </section>
      <section>
        <h2>2. Paste</h2>
        <CopyBlock label="URL" text={url} />
        {!isWhole && <p class="hint">Your platform team knows the host of your gateway.</p>}
        <p>
          Add two headers. The value of the second is the webhook secret, which your platform team has; it is
          not shown here.
        </p>
        <CopyBlock label="name of the first header" text="Content-Type" />
        <CopyBlock label="value of the first header" text="application/json" />
        <CopyBlock label="name of the second header" text="x-omneo-secret" />
        {Object.keys(faults).length === 0 ? (
          <CopyBlock label="body" text={stepBody(choice, action)} />
        ) : (
          <p class="box">The body comes once everything above is filled in.</p>
        )}
      </section>
    </>
  );
}

function Traps({ choice, noun }: Readonly<{ choice: StepChoice; noun: string }>) {
  return (
    <ul class="traps">
      {trapsOf(choice, noun).map(({ title, text }) => (
        <li key={title} class="box">
          <strong>{title}.</strong> {text}
        </li>
      ))}
    </ul>
  );
}
