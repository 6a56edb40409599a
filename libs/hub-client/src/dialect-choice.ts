import { HUB_V1 } from '@ws-hub/protocol';
import type { Ending } from './transport.js';

export type Dialect = typeof HUB_V1 | 'plain';

/**
 * The purpose of the next attempt. `offer`: connect with hub.v1. `probe`: check whether the hub accepts a connection
 * without an offer. `plain`: the hub only supports plain, so connect with it.
 */
type Step = 'offer' | 'probe' | 'plain';

/** How many offers in a row must fail before a probe, and again after a probe that succeeded. */
const OFFERS_TO_FAIL = 2;

/**
 * Determines whether a hub supports hub.v1. It falls back to plain only on proof: a handshake that was answered without
 * the subprotocol. Browsers fail such a handshake without a reason, so there it needs a substitute: offers that failed
 * in a row, a probe without an offer that succeeded, so that the hub is available, and again offers that failed in a
 * row.
 *
 * After a fallback each new connection starts with an offer. After a first `welcome` there is no fallback.
 */
export class DialectChoice {
  private step: Step = 'offer';
  private wasWelcomed = false;
  private hasFallenBack = false;
  private hasOpened = false;
  private failedOffers = 0;
  /** A probe has succeeded after the first offers failed. */
  private isThere = false;

  /** The subprotocols to offer in the attempt that begins now. */
  offers(): readonly string[] {
    this.hasOpened = false;
    return this.step === 'offer' ? [HUB_V1] : [];
  }

  /** The hub supports hub.v1, so the client never falls back. */
  welcomed(): void {
    this.wasWelcomed = true;
  }

  /** @returns the dialect of a new connection; undefined if it is unusable and must be closed */
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

  /** Evaluates the end of an attempt. @returns whether the next one is due at once */
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
    // It was determined before; this was a check.
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

/** Whether a handshake failed without a reason. The cause may be the offer, the network, or anything else. */
function isUnexplained({ code, httpStatus, error }: Ending): boolean {
  return code === 1006 && httpStatus === undefined && error === undefined;
}
