// A broadcast hub on uWebSockets.js: its own publish to a topic, which leaves out the sender.
import { randomBytes } from 'node:crypto';
import { createRequire } from 'node:module';

// Loaded past the package's main file, which would quietly fall back to a slow stand-in in JavaScript where the
// binary does not fit; here that is an error, and the benchmark reports the server as not available.
const { platform, arch, versions } = process;
const binary = `@trufflesuite/uws-js-unofficial/binaries/uws_${platform}_${arch}_${versions.modules}.node`;
/** @type {typeof import('@trufflesuite/uws-js-unofficial')} */
const { App, DISABLED, us_listen_socket_close, us_socket_local_port } = createRequire(import.meta.url)(
  binary,
);

const TOPIC = 'main';
const decoder = new TextDecoder();

App()
  .ws('/*', {
    compression: DISABLED,
    maxPayloadLength: 1024 * 1024,
    // The default of 64 KB drops messages of a client that lags by four messages of 16 KB.
    maxBackpressure: 16 * 1024 * 1024,
    open(client) {
      client.getUserData().clientId = randomBytes(16).toString('base64url');
      client.subscribe(TOPIC);
    },
    message(client, data) {
      const timestamp = Math.floor(Date.now() / 1000);
      const { clientId } = client.getUserData();
      client.publish(
        TOPIC,
        JSON.stringify({ client_id: clientId, timestamp, content: decoder.decode(data) }),
      );
    },
  })
  .listen('127.0.0.1', Number(process.argv[2] ?? 0), (listening) => {
    if (!listening) throw new Error('cannot listen');
    process.once('SIGTERM', () => {
      us_listen_socket_close(listening);
      process.exit(0);
    });
    console.log(`listening ${us_socket_local_port(listening)}`);
  });
