import type { IncomingMessage } from 'node:http';
import { All, Controller, Header, HttpException, Req } from '@nestjs/common';
import { type Refusal, RefusalCounter } from '@ws-hub/nestjs/gateway';
import { HUB_PATH } from '@ws-hub/protocol';

const NOT_A_GET: Refusal = { status: 405, reason: 'method', message: 'a WebSocket handshake must be a GET' };
const NO_UPGRADE: Refusal = {
  status: 400,
  reason: 'no_upgrade',
  message: 'this is a WebSocket endpoint: send Connection: Upgrade and Upgrade: websocket',
};

/** Answers requests to the hub's path that do not ask for an upgrade: from a browser, curl, or a misconfigured proxy. */
@Controller(HUB_PATH)
export class UpgradeRequiredController {
  constructor(private readonly refusals: RefusalCounter) {}

  @All()
  @Header('Connection', 'close')
  refuse(@Req() { raw }: { raw: IncomingMessage }): never {
    const refusal = raw.method === 'GET' ? NO_UPGRADE : NOT_A_GET;
    this.refusals.refused(raw, refusal);
    throw new HttpException(refusal.message, refusal.status);
  }
}
