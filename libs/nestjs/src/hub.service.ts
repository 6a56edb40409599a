import { Injectable } from '@nestjs/common';
import { Hub } from '@ws-hub/hub';

/** The hub in a Nest application: what everybody injects. */
@Injectable()
export class HubService {
  /** @param door what gateways and dialects bring clients to */
  constructor(readonly door: Hub) {}
}
