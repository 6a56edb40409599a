import { type LogFactory, withDefaults } from '@ws-hub/hub';
import { JetStreamLog } from './jetstream.log.js';
import { JETSTREAM_DEFAULTS, type JetStreamOptions } from './options.js';

export { JETSTREAM_DEFAULTS, type JetStreamOptions };

/**
 * A log in NATS JetStream, shared by all hubs with the same servers, stream and secret.
 *
 * `start` of the log that the factory creates throws a LogStartError for problems that only the operator can fix.
 */
export function jetStreamLog(
  options: Pick<JetStreamOptions, 'natsUrls' | 'hubSecret'> & Partial<JetStreamOptions>,
): LogFactory {
  const { natsUrls, hubSecret } = options;
  const all = { ...withDefaults(JETSTREAM_DEFAULTS, options), natsUrls, hubSecret };
  return (environment) => new JetStreamLog(all, environment);
}
