import { MessageBody, SubscribeMessage, WebSocketGateway, type WsResponse } from '@nestjs/websockets';

/** A gateway as the application had it before, on a path of its own; the hub leaves it alone. */
@WebSocketGateway({ path: '/chat' })
export class ChatGateway {
  @SubscribeMessage('echo')
  echo(@MessageBody() text: string): WsResponse<string> {
    return { event: 'echo', data: text };
  }
}
