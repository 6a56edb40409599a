import { type Explanation, FATES } from '@ws-hub/console-api';
import { z } from 'zod';

const milliseconds = z.number().min(0).max(8.64e15);

/** The answer of a hub. Anything else on that port answers differently. */
export const explanation: z.ZodType<Explanation> = z.object({
  message: z.object({
    id: z.string(),
    channel: z.string(),
    clientId: z.string(),
    user: z.string().optional(),
    timestamp: z.number().min(0).max(8.64e12),
    contentLength: z.number(),
    storedIn: z.string(),
    hub: z.string().optional(),
    ackedAt: milliseconds.optional(),
  }),
  clients: z.array(
    z.object({
      hub: z.string(),
      clientId: z.string(),
      user: z.string().optional(),
      address: z.string(),
      dialect: z.string(),
      fate: z.enum(FATES),
      reason: z.string(),
      at: milliseconds.optional(),
      isConnected: z.boolean(),
    }),
  ),
  total: z.number(),
  hubs: z.array(z.string()),
  notes: z.array(z.string()),
});
