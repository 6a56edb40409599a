/** What a URL of another server may be, in the words of an error message. */
export const SECURE_URL_RULE =
  'an https:// URL, or http:// on loopback, without a user, a password or a #fragment';

const LOOPBACK = /^(?:localhost|127(?:\.\d{1,3}){3}|\[::1\])$/;

/** Whether what goes to this URL is read by nobody on the way. */
export function isSecureUrl(text: string): boolean {
  if (!URL.canParse(text)) return false;
  const { protocol, hostname, username, password, hash } = new URL(text);
  if (username + password + hash !== '') return false;
  return protocol === 'https:' || (protocol === 'http:' && LOOPBACK.test(hostname));
}
