/** The rule for the URL of another server, as error messages state it. */
export const SECURE_URL_RULE =
  'an https:// URL, or http:// on loopback, without a user, a password or a #fragment';

const LOOPBACK = /^(?:localhost|127(?:\.\d{1,3}){3}|\[::1\])$/;

/** Whether a request to this URL is safe from eavesdropping. */
export function isSecureUrl(text: string): boolean {
  if (!URL.canParse(text)) return false;
  const { protocol, hostname, username, password, hash } = new URL(text);
  if (username + password + hash !== '') return false;
  return protocol === 'https:' || (protocol === 'http:' && LOOPBACK.test(hostname));
}
