import { HUB_V1 } from '../../protocol/src/index.js';
import type { Ending } from './transport.js';

export type Dialect = typeof HUB_V1 | 'plain';

/**
 * What the next attempt is for. `offer`: hub.v1. `probe`: does the hub open a connection without an offer? `confirm`:
 * it does, so it is there; does it still refuse hub.v1? `plain`: it does, and plain it is.
 */
type Step = 'offer' | 'probe' | 'confirm' | 'plain';

/**
 * Finds out whether a hub speaks hub.v1. WebSockets refuse a handshake that leaves their offer unanswered, and
 * browsers do not even say why, so it takes attempts with and without an offer to tell a hub that speaks plain only
 * from one that is away. Falling back is for good; after a first `welcome` it never happens.
 */
export class DialectChoice {
  private step: Step = 'offer';
  private wasWelcomed = false;
  /** The transport said that the offer was left unanswered; else a probe that opens needs to be confirmed. */
  private isSure = false;
  private hasOpened = false;

  /** The subprotocols to offer in the attempt that begins now. */
  offers(): readonly string[] {
    this.hasOpened = false;
    return this.step === 'offer' || this.step === 'confirm' ? [HUB_V1] : [];
  }

  /** The hub speaks hub.v1, so that nothing else will ever do. */
  welcomed(): void {
    this.wasWelcomed = true;
    this.step = 'offer';
  }

  /** @returns the dialect of a connection that opened; undefined if it is of no use and has to be cut */
  opened(protocol: string): Dialect | undefined {
    this.hasOpened = true;
    if (protocol === HUB_V1) {
      this.step = 'offer';
      return HUB_V1;
    }
    if (this.wasWelcomed) return undefined;
    const isAnswer = this.step !== 'probe' || this.isSure;
    this.step = isAnswer ? 'plain' : 'confirm';
    return isAnswer ? 'plain' : undefined;
  }

  /** Takes the end of an attempt into account. @returns whether the next one is due at once */
  ended(ending: Ending): boolean {
    if (this.wasWelcomed || this.step === 'plain') return false;
    if (this.hasOpened) return this.step === 'confirm';
    const { step } = this;
    if (step === 'probe' || !couldBePlain(ending)) this.step = 'offer';
    else this.probe(step === 'confirm' || ending.offerUnanswered === true);
    return this.step === 'probe' && this.isSure;
  }

  private probe(isSure: boolean): void {
    this.step = 'probe';
    this.isSure = isSure;
  }
}

/** Whether a handshake with an offer may have failed because the hub speaks plain only. */
function couldBePlain({ code, httpStatus, error, offerUnanswered }: Ending): boolean {
  return offerUnanswered === true || (code === 1006 && httpStatus === undefined && error === undefined);
}
