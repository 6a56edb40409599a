import { generateKeyPairSync } from 'node:crypto';
import { once } from 'node:events';
import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { KNOWN_KEY } from './tokens.js';

/** An issuer's key set that answers its first request at once, and no later one. */
export class SlowKeySet {
  private constructor(private readonly server: Server) {}

  static async start(): Promise<SlowKeySet> {
    const { publicKey } = generateKeyPairSync('rsa', { modulusLength: 2048 });
    const body = JSON.stringify({ keys: [{ ...publicKey.export({ format: 'jwk' }), kid: KNOWN_KEY }] });
    const server = createServer().listen(0, '127.0.0.1').unref();
    server.once('request', (_request, response) => response.end(body));
    await once(server, 'listening');
    return new SlowKeySet(server);
  }

  get env() {
    return { JWT_JWKS_URL: `http://127.0.0.1:${(this.server.address() as AddressInfo).port}/` };
  }

  stop(): void {
    this.server.close();
    this.server.closeAllConnections();
  }
}
