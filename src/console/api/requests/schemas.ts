import * as yup from 'yup';
import { actionNames } from '../../../tenants/actionnames.ts';
import { deliveryStates, discardReasons } from '../../../ledger/deliveries/deliveryadmin.ts';
import { parkedReasons, waitingReasons } from '../../../ledger/deliveries/deliveries.ts';
import { isCursor } from './cursor.ts';
import { isTime } from './time.ts';

/** One schema a route. Messages are codes, whose sentences `requestfields.ts` has; docs/openapi.yaml says the same. */

/** Most characters of a webhook's body. */
const maxBody = 65_536;
/** Most deliveries of a page, and of a bulk change. */
const maxPage = 200;
const maxBulk = 1000;

const text = () => yup.string().strict().typeError('not_text').nonNullable('not_text');
const slug = () =>
  text()
    .max(63, 'not_a_slug')
    .matches(/^[a-z0-9]([-a-z0-9]*[a-z0-9])?$/, 'not_a_slug');
/** Characters count as JSON Schema counts them: an emoji is one. */
const upTo = (most: number) =>
  text().test('length', 'too_long', (value) => value === undefined || Array.from(value).length <= most);
const searched = () => upTo(512).min(1, 'missing');
const time = () => text().test('time', 'not_a_time', (value) => value === undefined || isTime(value));
const oneOf = <T extends string>(values: readonly T[]) => text().oneOf(values, 'not_known');
const reasons = [...new Set([...waitingReasons, ...parkedReasons, ...discardReasons])];

/** Goes into the log and into the delivery's events, where nobody expects line breaks. */
const why = () =>
  upTo(200)
    .test('plain', 'not_readable', (value) => value === undefined || isPlain(value))
    .required('missing');

function isPlain(value: string): boolean {
  return value.isWellFormed() && !/[\u0000-\u001f\u007f]/.test(value);
}

/** Which deliveries, in the words of the list and of bulk changes. */
const filtered = {
  action: oneOf(actionNames),
  reason: oneOf(reasons),
  id: searched(),
  person_id: searched(),
  email: searched(),
  since: time(),
  until: time(),
};

/** `GET /api/v1/deliveries` */
export const listQuery = yup.object({
  tenant: slug(),
  state: oneOf(deliveryStates),
  ...filtered,
  limit: text().matches(/^(1\d{0,2}|200|[2-9]\d?)$/, 'not_a_limit'),
  cursor: text().test('cursor', 'not_a_cursor', (value) => value === undefined || isCursor(value)),
});

/** `GET /api/v1/deliveries/{delivery_id}` */
export const readQuery = yup.object({ payload: text().oneOf(['true', 'false'], 'not_true_or_false') });

/** `POST /api/v1/deliveries/{delivery_id}/replay` */
export const replayRequest = yup.object({ why: why(), body: upTo(maxBody) });

/** `POST /api/v1/deliveries/{delivery_id}/discard` */
export const discardRequest = yup.object({ why: why() });

/** `POST /api/v1/deliveries/replay` and `/discard` */
export const bulkRequest = yup.object({
  why: why(),
  limit: yup
    .number()
    .strict()
    .typeError('not_a_limit')
    .nonNullable('not_a_limit')
    .integer('not_a_limit')
    .min(1, 'not_a_limit')
    .max(maxBulk, 'not_a_limit'),
  filter: yup
    .object({ tenant: slug().required('missing'), ...filtered })
    .typeError('not_an_object')
    .nonNullable('not_an_object')
    .default(undefined)
    .required('missing'),
});

/** `POST /api/v1/erasures` */
export const erasureRequest = yup.object({
  tenant: slug().required('missing'),
  email: searched(),
  person_id: searched(),
});

/** `POST /api/v1/tenants/{slug}/checks` and `/rehearsals` */
export const checkRequest = yup.object({
  action: oneOf(actionNames).required('missing'),
  body: upTo(maxBody).defined('missing'),
});

export type ListQuery = yup.InferType<typeof listQuery>;

/** How many deliveries a page has, and a bulk change changes, at most. */
export const limits = Object.freeze({ page: 50, maxPage, bulk: maxBulk });
