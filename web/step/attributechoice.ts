import { isPlainName, isProperty, plainNames, propertyNames } from './names.ts';

/** What an attribute holds, in Omneo's words. */
export const valueTypes = ['string', 'integer', 'float', 'boolean'] as const;
export type ValueType = (typeof valueTypes)[number];

/** What is chosen of an attribute. */
export type AttributeChoice = Readonly<{
  namespace: string;
  handle: string;
  valueType: ValueType;
  valueFrom: 'fixed' | 'event';
  value: string;
  valueProperty: string;
}>;

export const firstAttribute: AttributeChoice = Object.freeze({
  namespace: '',
  handle: '',
  valueType: 'string',
  valueFrom: 'fixed',
  value: '',
  valueProperty: '',
});

/** What is wrong in the choice of an attribute, by its field; undefined: nothing. */
export function attributeFaults(choice: AttributeChoice): Readonly<Record<string, string | undefined>> {
  const { namespace, handle, valueFrom } = choice;
  return {
    namespace: nameFault(namespace),
    handle: nameFault(handle),
    [valueFrom === 'fixed' ? 'value' : 'valueProperty']: valueFault(choice),
  };
}

function nameFault(name: string): string | undefined {
  if (/^none$/i.test(name)) return 'Use another name: None stands for nothing in Klaviyo.';
  return isPlainName(name) ? undefined : plainNames;
}

const valueHints: Readonly<Record<ValueType, Readonly<{ shape: RegExp; hint: string }>>> = {
  // What a template or a blank value would make of it is no text to set.
  string: {
    shape: /^(?!none$)[^\s&{}%\p{C}\ufffd]([^&{}%\p{C}\ufffd]{0,198}[^\s&{}%\p{C}\ufffd])?$/iu,
    hint: 'Type the text, in one line and without {{ }}, & and %.',
  },
  integer: { shape: /^-?(0|[1-9]\d{0,14})$/, hint: 'Type a whole number, such as 7.' },
  float: { shape: /^-?(0|[1-9]\d{0,8})(\.\d{1,6})?$/, hint: 'Type a number, such as 7.5.' },
  boolean: { shape: /^(true|false)$/, hint: 'Type true or false.' },
};

function valueFault({ valueFrom, valueType, value, valueProperty }: AttributeChoice): string | undefined {
  if (valueFrom === 'event') return isProperty(valueProperty) ? undefined : propertyNames;
  const { shape, hint } = valueHints[valueType];
  return shape.test(value) ? undefined : hint;
}
