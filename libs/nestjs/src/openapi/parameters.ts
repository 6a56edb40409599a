import { channel } from '../gateway/v1.schemas.js';
import type { Parameter } from './http-route.js';
import { inlineSchema } from './schemas.js';

export const channelSchema = inlineSchema(channel);

export const channelParameter: Parameter = {
  name: 'channel',
  in: 'path',
  required: true,
  description: 'The name of a channel.',
  schema: channelSchema,
  example: 'orders',
};

/** The maximum number of items in a response. */
export function limitOf(maximum: number, preset: number): Parameter {
  return {
    name: 'limit',
    in: 'query',
    description: 'The maximum number of items.',
    schema: { type: 'integer', minimum: 1, maximum, default: preset },
  };
}
