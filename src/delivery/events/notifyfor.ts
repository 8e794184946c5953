/** For so long after it came about Klaviyo is notified of an outcome, in milliseconds: a mail about it is of no use later. */
export const notifyForMs = 72 * 3_600_000;

/**
 * For so long what is put into the outbox is kept at least, in milliseconds: what is too old to be sent has to be seen, and
 * counted, before it is deleted. Longer than the longest pause of an account, which is an hour.
 */
export const keptUntilNotifiedMs = notifyForMs + 2 * 3_600_000;
