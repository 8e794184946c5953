/** An e-mail as it is compared with others: composed (NFC) and in small letters, since Klaviyo renders it either way. */
export function comparableEmail(email: string): string {
  return email.normalize('NFC').toLowerCase();
}
