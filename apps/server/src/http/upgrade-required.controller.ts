import { All, Controller, HttpException, Req } from '@nestjs/common';
import { HUB_PATH } from '@ws-hub/protocol';

/** What the hub's path answers to a request that does not ask for an upgrade: a browser, a curl, a probe. */
@Controller(HUB_PATH)
export class UpgradeRequiredController {
  @All()
  refuse(@Req() request: { method: string }): never {
    if (request.method !== 'GET') throw new HttpException('a WebSocket handshake is a GET', 405);
    throw new HttpException(
      'this is a WebSocket endpoint: send Connection: Upgrade and Upgrade: websocket',
      400,
    );
  }
}
