import { type LogFactory, withDefaults } from '@ws-hub/hub';
import { JetStreamLog } from './jetstream.log.js';
import { JETSTREAM_DEFAULTS, type JetStreamOptions } from './options.js';

export { JETSTREAM_DEFAULTS, type JetStreamOptions };

/**
 * The log of all hubs that have the same servers, stream and secret, in NATS JetStream.
 *
 * `start` of the log that is made of it throws a LogStartError for what only the operator can mend.
 */
export function jetStreamLog(
  options: Pick<JetStreamOptions, 'natsUrls' | 'hubSecret'> & Partial<JetStreamOptions>,
): LogFactory {
  const { natsUrls, hubSecret } = options;
  const all = { ...withDefaults(JETSTREAM_DEFAULTS, options), natsUrls, hubSecret };
  return (environment) => new JetStreamLog(all, environment);
}
