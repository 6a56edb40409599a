import {
  BeforeApplicationShutdown,
  Injectable,
  OnApplicationBootstrap,
  OnApplicationShutdown,
} from '@nestjs/common';
import { Hub } from '@ws-hub/hub';

/** The hub in a Nest application: what everybody injects, and what begins and ends with the application. */
@Injectable()
export class HubService implements OnApplicationBootstrap, BeforeApplicationShutdown, OnApplicationShutdown {
  /** @param door what gateways and dialects bring clients to */
  constructor(readonly door: Hub) {}

  onApplicationBootstrap(): void {
    this.door.start();
  }

  /** Everybody is sent away before Nest closes the port. */
  beforeApplicationShutdown(): Promise<void> {
    return this.door.drain();
  }

  onApplicationShutdown(): void {
    this.door.stop();
  }
}
