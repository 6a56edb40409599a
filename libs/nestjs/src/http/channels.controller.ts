import { Controller, Header, Req } from '@nestjs/common';
import { Hub } from '@ws-hub/hub';
import { type ChannelCount, listChannels } from './channel-listing.js';
import { DEFAULT_CHANNELS, MAX_CHANNELS } from './http.schemas.js';
import { HttpCallers } from './http-callers.js';
import { HttpRequests } from './http-requests.js';
import { type PlatformRequest, rawRequestOf } from './platform.js';
import { Query } from './query.js';
import { Route } from './route.js';

const LIMIT = { max: MAX_CHANNELS, preset: DEFAULT_CHANNELS };

interface ChannelsAnswer {
  readonly channels: readonly ChannelCount[];
  /** Cursor of the next page; left out on the last page. */
  readonly cursor?: string;
}

/** Channels and their number of connections, on this hub. */
@Controller()
export class ChannelsController {
  constructor(
    private readonly callers: HttpCallers,
    private readonly requests: HttpRequests,
    private readonly hub: Hub,
  ) {}

  @Route('channels')
  @Header('Cache-Control', 'no-store')
  async list(@Req() request: PlatformRequest): Promise<ChannelsAnswer> {
    const caller = this.callers.callerOf(rawRequestOf(request));
    caller.mustBeAdmin();
    this.requests.count(caller);
    const query = new Query(request);
    const [prefix = '', after = '', limit] = [query.text('prefix'), query.text('cursor'), query.limit(LIMIT)];
    // One more, to know whether there is another page.
    const found = await listChannels(this.hub, { prefix, after, limit: limit + 1 }, caller.account);
    const channels = found.slice(0, limit);
    const cursor = channels.at(-1)?.channel;
    return found.length > limit && cursor !== undefined ? { channels, cursor } : { channels };
  }
}
