// A small identity provider for trying out key sets: it signs tokens, publishes its keys and rotates them. It asks nobody
// who they are, so it listens on loopback only.
import { randomUUID } from 'node:crypto';
import { once } from 'node:events';
import { createServer } from 'node:http';
import { exportJWK, generateKeyPair, SignJWT } from 'jose';

const ALGORITHM = 'RS256';
const LIFETIME = '10m';
const PORT = Number(process.env.PORT ?? 4000);
const AUDIENCE = process.env.AUDIENCE ?? 'ws-hub';

/** Oldest first. The last one is published before it signs anything, so that every verifier knows it by then. */
const keys = [await newKey(), await newKey()];

async function newKey() {
  const { publicKey, privateKey } = await generateKeyPair(ALGORITHM);
  const kid = randomUUID();
  return { kid, privateKey, jwk: { ...(await exportJWK(publicKey)), kid, alg: ALGORITHM, use: 'sig' } };
}

/** The next key signs from now on. The one before stays in the set until the tokens that it has signed have expired. */
async function rotate() {
  keys.push(await newKey());
  if (keys.length > 3) keys.shift();
  return { kid: keys.at(-2).kid };
}

function issue({ sub, hub = [] }, issuer) {
  const { kid, privateKey } = keys.at(-2);
  return new SignJWT({ hub })
    .setProtectedHeader({ alg: ALGORITHM, kid })
    .setSubject(sub)
    .setIssuer(issuer)
    .setAudience(AUDIENCE)
    .setIssuedAt()
    .setExpirationTime(LIFETIME)
    .setJti(randomUUID())
    .sign(privateKey);
}

async function bodyOf(request) {
  let text = '';
  for await (const chunk of request) text += chunk;
  return JSON.parse(text);
}

const routes = {
  'GET /.well-known/jwks.json': () => ({ keys: keys.map(({ jwk }) => jwk) }),
  'POST /token': async (request, issuer) => ({ token: await issue(await bodyOf(request), issuer) }),
  'POST /rotate': () => rotate(),
};

const server = createServer(async (request, response) => {
  try {
    const route = routes[`${request.method} ${request.url}`];
    const answer = await route?.(request, urlOf(server));
    response.writeHead(answer === undefined ? 404 : 200, { 'Content-Type': 'application/json' });
    response.end(JSON.stringify(answer ?? { error: 'no such route' }));
  } catch (error) {
    response.writeHead(400, { 'Content-Type': 'application/json' });
    response.end(JSON.stringify({ error: error.message }));
  }
});

function urlOf(server) {
  return `http://localhost:${server.address().port}`;
}

server.listen(PORT, '127.0.0.1');
await once(server, 'listening');
console.log(`listening on ${urlOf(server)}`);
