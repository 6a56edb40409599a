import { HUB_V1 } from '@ws-hub/protocol';
import type { Ending } from './transport.js';

export type Dialect = typeof HUB_V1 | 'plain';

/**
 * What the next attempt is for. `offer`: hub.v1. `probe`: does the hub open a connection without an offer? `plain`: it
 * speaks plain only, so plain it is.
 */
type Step = 'offer' | 'probe' | 'plain';

/** So many offers in a row have to fail before a probe, and again after one that opened. */
const OFFERS_TO_FAIL = 2;

/**
 * Finds out whether a hub speaks hub.v1. It falls back to plain only on proof: a handshake that was answered without
 * the subprotocol. Browsers fail such a handshake and do not say why, so there it takes the next best: offers in a row
 * that failed, a probe without an offer that opened, so that the hub is there, and offers in a row that failed again.
 *
 * After a fallback each new connection begins with an offer; after a first `welcome` there is no fallback any more.
 */
export class DialectChoice {
  private step: Step = 'offer';
  private wasWelcomed = false;
  private hasFallenBack = false;
  private hasOpened = false;
  private failedOffers = 0;
  /** A probe has opened after the first offers failed. */
  private isThere = false;

  /** The subprotocols to offer in the attempt that begins now. */
  offers(): readonly string[] {
    this.hasOpened = false;
    return this.step === 'offer' ? [HUB_V1] : [];
  }

  /** The hub speaks hub.v1, so that nothing else will ever do. */
  welcomed(): void {
    this.wasWelcomed = true;
  }

  /** @returns the dialect of a connection that opened; undefined if it is of no use and has to be cut */
  opened(protocol: string): Dialect | undefined {
    this.hasOpened = true;
    if (protocol === HUB_V1) this.forget();
    if (protocol === HUB_V1) return HUB_V1;
    if (this.wasWelcomed) return undefined;
    if (this.step === 'probe') {
      this.isThere = true;
      return undefined;
    }
    this.hasFallenBack = true;
    return 'plain';
  }

  /** Takes the end of an attempt into account. @returns whether the next one is due at once */
  ended(ending: Ending): boolean {
    const { step } = this;
    this.step = 'offer';
    if (this.wasWelcomed) return false;
    if (this.hasOpened) return step === 'probe';
    if (step !== 'offer') this.forget();
    else this.step = this.stepAfterFailedOffer(ending);
    return this.step === 'plain';
  }

  private stepAfterFailedOffer(ending: Ending): Step {
    if (ending.offerUnanswered) return 'plain';
    if (!isUnexplained(ending)) this.forget();
    // It was found out before; this was one more look.
    else if (this.hasFallenBack) return 'plain';
    else if (++this.failedOffers >= OFFERS_TO_FAIL) {
      this.failedOffers = 0;
      return this.isThere ? 'plain' : 'probe';
    }
    return 'offer';
  }

  private forget(): void {
    this.failedOffers = 0;
    this.isThere = false;
  }
}

/** Whether nobody said why a handshake failed: it may be for the offer, the network, or anything. */
function isUnexplained({ code, httpStatus, error }: Ending): boolean {
  return code === 1006 && httpStatus === undefined && error === undefined;
}
