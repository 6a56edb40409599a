import { CHANNEL_PARAMETER } from '@ws-hub/protocol';

/** The URL with this channel instead of its own, so that a hub that supports only plain uses it too. */
export function urlOf(url: string, channel: string | undefined): string {
  if (channel === undefined) return url;
  const changed = new URL(url);
  changed.searchParams.set(CHANNEL_PARAMETER, channel);
  return changed.href;
}
