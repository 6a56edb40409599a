import { Webhook } from 'standardwebhooks';

/** Signs requests as *Standard Webhooks* specifies, with one signature per secret. */
export class WebhookSigner {
  private readonly signers: readonly Webhook[];

  /** @param secrets the current one first */
  constructor(secrets: readonly string[]) {
    this.signers = secrets.map(signerOf);
  }

  /**
   * @param nowS Unix time of this attempt, in seconds
   * @returns the signature headers for the body
   */
  headersOf(id: string, nowS: number, body: string): Record<string, string> {
    const signatures = this.signers.map((signer) => signer.sign(id, new Date(nowS * 1000), body));
    return {
      'webhook-id': id,
      'webhook-timestamp': String(nowS),
      'webhook-signature': signatures.join(' '),
    };
  }
}

/** The library decodes the secret (base64, with or without `whsec_`). Text that is not base64 is used as the key itself. */
function signerOf(secret: string): Webhook {
  try {
    return new Webhook(secret);
  } catch {
    // Not base64: the error message says no more.
    return new Webhook(Buffer.from(secret), { format: 'raw' });
  }
}
