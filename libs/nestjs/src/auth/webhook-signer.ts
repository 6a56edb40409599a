import { Webhook } from 'standardwebhooks';

/** Signs requests as *Standard Webhooks* say, with one signature for each secret. */
export class WebhookSigner {
  private readonly signers: readonly Webhook[];

  /** @param secrets the current one first */
  constructor(secrets: readonly string[]) {
    this.signers = secrets.map(signerOf);
  }

  /** @returns the headers that prove the body @param nowS Unix time of this try, in seconds */
  headersOf(id: string, nowS: number, body: string): Record<string, string> {
    const signatures = this.signers.map((signer) => signer.sign(id, new Date(nowS * 1000), body));
    return {
      'webhook-id': id,
      'webhook-timestamp': String(nowS),
      'webhook-signature': signatures.join(' '),
    };
  }
}

/** The key is what the library makes of the secret (base64, `whsec_` or not); text that is no base64 is the key itself. */
function signerOf(secret: string): Webhook {
  try {
    return new Webhook(secret);
  } catch {
    // Not base64: its message says no more.
    return new Webhook(Buffer.from(secret), { format: 'raw' });
  }
}
