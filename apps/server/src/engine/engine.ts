import { type LogFactory, memoryLog } from '@ws-hub/hub';
import type { ServerConfig } from '../config/server.config.js';

/** The log that the configuration asks for; without NATS_URL none of NATS is loaded. */
export async function engineOf(config: ServerConfig): Promise<LogFactory> {
  if (config.natsUrls.length === 0) return memoryLog(config);
  const { jetStreamLog } = await import('@ws-hub/jetstream');
  return jetStreamLog(config);
}
