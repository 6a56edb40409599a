import type { ServerResponse } from 'node:http';
import { Controller, Header, Req, Res } from '@nestjs/common';
import { type Entry, HistoryError, type HistoryRequest, Hub, parsePosition } from '@ws-hub/hub';
import type { Message } from '@ws-hub/protocol';
import { DEFAULT_HISTORY, MAX_HISTORY } from './http.schemas.js';
import type { HttpCaller } from './http-caller.js';
import { HttpCallers } from './http-callers.js';
import { HttpRequests } from './http-requests.js';
import { channelOf } from './messages.controller.js';
import { onceClosed, type PlatformRequest, rawRequestOf, rawResponseOf } from './platform.js';
import { Problem, tryAgain } from './problem.js';
import { Query } from './query.js';
import { Route } from './route.js';

/** Approximate size of the contents in one response. One message always fits. */
const MAX_PAGE_BYTES = 1024 * 1024;
const RETRY_AFTER_MS = 1_000;
/** Clients that have not read the response by then are disconnected: others wait for the seat. */
const MAX_ANSWER_MS = 30_000;
const LIMIT = { max: MAX_HISTORY, preset: DEFAULT_HISTORY };

interface HistoryAnswer {
  readonly messages: readonly Message[];
  readonly position: string;
}

/** Reads stored messages. */
@Controller()
export class HistoryController {
  constructor(
    private readonly callers: HttpCallers,
    private readonly requests: HttpRequests,
    private readonly hub: Hub,
  ) {}

  @Route('history')
  @Header('Cache-Control', 'no-store')
  async read(
    @Req() request: PlatformRequest,
    @Res({ passthrough: true }) response: object,
  ): Promise<HistoryAnswer> {
    const caller = this.callers.callerOf(rawRequestOf(request));
    const wanted = wantedOf(request);
    this.requests.allow(caller, 'history', [wanted.channel]);
    this.requests.count(caller);
    return this.answer(caller, wanted, response);
  }

  private async answer(caller: HttpCaller, wanted: HistoryRequest, response: object): Promise<HistoryAnswer> {
    const { hub } = this;
    try {
      this.takeSeat(caller, rawResponseOf(response));
      const { entries, position } = await hub.history(wanted, caller.account);
      return { messages: entries.map((entry) => this.messageOf(entry)), position: hub.textOf(position) };
    } catch (error) {
      throw error instanceof HistoryError ? problemOf(error) : error;
    }
  }

  /** Takes a seat until the response is sent: an unread response occupies memory. */
  private takeSeat(caller: HttpCaller, response: ServerResponse): void {
    const giveBack = this.hub.histories.take(caller.account, caller.isKnown);
    const late = setTimeout(() => response.destroy(), MAX_ANSWER_MS).unref();
    onceClosed(response, () => {
      clearTimeout(late);
      giveBack();
    });
  }

  private messageOf({ position, channel, clientId, user, timestamp, content }: Entry): Message {
    const id = this.hub.textOf(position);
    return { type: 'message', id, channel, client_id: clientId, user, timestamp, content };
  }
}

function wantedOf(request: PlatformRequest): HistoryRequest {
  const query = new Query(request);
  const since = query.text('after');
  if (since !== undefined && parsePosition(since) === undefined)
    throw new Problem(400, 'after must be a position, such as the id of a message');
  return { channel: channelOf(request), limit: query.limit(LIMIT), since, maxBytes: MAX_PAGE_BYTES };
}

function problemOf({ code, message }: HistoryError): Problem {
  if (code === 'gone') return new Problem(410, message);
  return tryAgain(code === 'too_many' ? 429 : 503, message, RETRY_AFTER_MS);
}
