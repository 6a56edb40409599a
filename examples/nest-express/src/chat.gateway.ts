import { MessageBody, SubscribeMessage, WebSocketGateway, type WsResponse } from '@nestjs/websockets';

/** A gateway that the application had before, on its own path. The hub leaves it alone. */
@WebSocketGateway({ path: '/chat' })
export class ChatGateway {
  @SubscribeMessage('echo')
  echo(@MessageBody() text: string): WsResponse<string> {
    return { event: 'echo', data: text };
  }
}
