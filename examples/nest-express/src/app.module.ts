import { Module } from '@nestjs/common';
import { HubModule } from '@ws-hub/nestjs';
import { ChatGateway } from './chat.gateway.js';
import { RoomBot } from './room.bot.js';
import { RoomsController } from './rooms.controller.js';

@Module({
  imports: [HubModule.forRoot()],
  controllers: [RoomsController],
  providers: [RoomBot, ChatGateway],
})
export class AppModule {}
