import { randomBytes } from 'node:crypto';
import { Injectable } from '@nestjs/common';

const BYTES = 4;

/** This hub's name among the hubs of its log: random, and another one after each start. */
@Injectable()
export class HubName {
  readonly text = randomBytes(BYTES).toString('hex');
}
