import type { StepChoice } from './choice.ts';
import type { StepAction } from './stepaction.ts';

/** The body of the step, to be pasted into Klaviyo: JSON in which every tag is in quotes. For a choice without faults. */
export function stepBody(choice: StepChoice, action: Pick<StepAction, 'noun' | 'says'>): string {
  const lines = [
    ...idLine(choice),
    ...(choice.trigger === 'date' ? [] : ['"person_id": "{{ person.KlaviyoID }}"']),
    '"email": "{{ person.email }}"',
    `"data": {\n${indented(action.says === 'attribute' ? attributeLines(choice) : dataLines(choice, action))}\n}`,
  ];
  return `{\n${indented(lines)}\n}`;
}

/** The tag of an event's property. Django's own notation takes names of letters only, and none that begins with `_`. */
export function eventTag(property: string): string {
  return /^[a-z]\w*$/i.test(property) ? `{{ event.${property} }}` : `{{ event|lookup:'${property}' }}`;
}

function idLine({ idFrom, idProperty, idName }: StepChoice): readonly string[] {
  if (idFrom === 'none') return [];
  const value = idFrom === 'event' ? eventTag(idProperty) : `${idName}-{{ person.KlaviyoID }}`;
  return [`"id": ${JSON.stringify(value)}`];
}

function dataLines(choice: StepChoice, { noun, says }: Pick<StepAction, 'noun' | 'says'>): readonly string[] {
  const { definition, flow } = choice;
  return [
    ...(says === 'interaction' ? interactionLines(choice) : [`"${noun}_definition_id": ${definition}`]),
    ...(says === 'definition and amount' ? [`"amount": ${amountValue(choice)}`] : []),
    ...(flow === '' ? [] : [`"meta": { "flow": ${JSON.stringify(flow)} }`]),
  ];
}

/** A value that is no text is in quotes too, and its type says what is meant. */
function attributeLines(choice: StepChoice): readonly string[] {
  const { namespace, handle, valueType, valueFrom, value, valueProperty } = choice;
  return [
    `"namespace": ${JSON.stringify(namespace)}`,
    `"handle": ${JSON.stringify(handle)}`,
    `"value": ${JSON.stringify(valueFrom === 'fixed' ? value : eventTag(valueProperty))}`,
    ...(valueType === 'string' ? [] : [`"type": ${JSON.stringify(valueType)}`]),
  ];
}

function interactionLines({ happened, channel, deed, signal }: StepChoice): readonly string[] {
  return [
    `"name": ${JSON.stringify(happened)}`,
    `"channel": "${channel}"`,
    `"action": "${deed}"`,
    `"signal": ${signal}`,
  ];
}

function amountValue({ amountFrom, amount, amountProperty }: StepChoice): string {
  return amountFrom === 'fixed' ? String(Number(amount)) : JSON.stringify(eventTag(amountProperty));
}

function indented(lines: readonly string[]): string {
  return lines.join(',\n').replace(/^/gm, '  ');
}

/** Where the step sends its webhooks. Without a host the gateway does not know its own: `isWhole` is false. */
export function stepURL(url: string, action: string): Readonly<{ text: string; isWhole: boolean }> {
  const isWhole = /^https?:\/\//.test(url);
  return { text: `${isWhole ? '' : 'https://<your gateway>'}${url.replace(/\/$/, '')}/${action}`, isWhole };
}
