import { once } from 'node:events';
import { type AddressInfo, createServer, type Server } from 'node:net';
import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import { type Certificate, Certificates, NatsServer, Program } from '@ws-hub/testing';
import { describeWithNats } from '../../../test/nats.js';

const HUB_SECRET = 'oak-lamp-river-violin-quartz-72-moss';
const PASSWORD = 'open-sesame';
const CONFIG = ['server', '--port', '0', '--host', '127.0.0.1', '--metrics-port', '0'];

const start = (env: NodeJS.ProcessEnv) => Program.start(CONFIG, { HUB_SECRET, ...env });

/** What a hub says that does not start. */
async function refusal(env: NodeJS.ProcessEnv): Promise<string> {
  const hub = start(env);
  const listens = hub.event('listening').then(
    () => hub.kill().then(() => true),
    () => false,
  );
  const [{ code }, hasListened] = await Promise.all([hub.exited, listens]);
  expect({ code, hasListened }).toEqual({ code: 1, hasListened: false });
  expect(hub.stderr.trim().split('\n')).toHaveLength(1);
  return hub.stderr;
}

describe('a server that says it is NATS and cannot speak TLS', () => {
  let server: Server;
  let url: string;
  let received: Buffer[];
  beforeAll(async () => {
    server = createServer((socket) => {
      socket.on('data', (bytes) => received.push(bytes));
      socket.on('error', () => undefined);
      socket.write(`INFO ${JSON.stringify(offers)}\r\n`);
    }).listen(0, '127.0.0.1');
    await once(server, 'listening');
    url = `127.0.0.1:${(server.address() as AddressInfo).port}`;
  });
  afterAll(() => void server.close());
  let offers: Record<string, unknown> = {};
  const info = { server_id: 'x', version: '2.11.0', proto: 1, headers: true, max_payload: 1_048_576 };

  test.each([
    ['in the URL', () => ({ NATS_URL: `tls://hub:${PASSWORD}@${url}` })],
    ['in variables', () => ({ NATS_URL: `tls://${url}`, NATS_USER: 'hub', NATS_PASSWORD: PASSWORD })],
    ['not at all', () => ({ NATS_URL: `tls://${url}` })],
  ])('gets not one byte, and the hub does not start: the password is %s', async (_name, env) => {
    [received, offers] = [[], info];
    expect(await refusal(env())).toContain(
      'NATS_URL (--nats-url): tls:// is not allowed for a server without TLS',
    );
    expect(Buffer.concat(received)).toHaveLength(0);
  });

  test('gets no more than the beginning of TLS if it claims to speak it', async () => {
    [received, offers] = [[], { ...info, tls_available: true }];
    const hub = start({ NATS_URL: `tls://hub:${PASSWORD}@${url}` });
    await hub.event('log_unavailable');
    await hub.kill();
    const bytes = Buffer.concat(received);
    // RFC 8446, section 5.1: a record of the handshake.
    expect(bytes[0]).toBe(22);
    expect(bytes.includes('CONNECT') || bytes.includes(PASSWORD)).toBe(false);
  });
});

describeWithNats('a hub and NATS that speak TLS', () => {
  let certificates: Certificates;
  let nats: NatsServer;
  let client: Certificate;
  let url: string;

  const tls = ({ cert, key }: Certificate, more = '') =>
    `tls { cert_file: ${JSON.stringify(cert)}, key_file: ${JSON.stringify(key)}, ${more} }`;
  beforeAll(async () => {
    expect({ openssl: Certificates.canBeMade }).toEqual({ openssl: true });
    certificates = new Certificates();
    client = certificates.sign('hub');
    const own = certificates.sign('nats', 'IP:127.0.0.1', 'DNS:nats.test');
    const both = `ca_file: ${JSON.stringify(certificates.ca)}, verify: true`;
    nats = await NatsServer.start(
      '',
      `${tls(own, both)}\nauthorization { user: hub, password: "${PASSWORD}" }`,
    );
    url = nats.url.replace('nats://', 'tls://');
  });
  afterAll(async () => {
    await nats.end();
    certificates.end();
  });

  const login = { NATS_USER: 'hub', NATS_PASSWORD: PASSWORD };
  const files = () => ({
    NATS_CA_FILE: certificates.ca,
    NATS_CERT_FILE: client.cert,
    NATS_KEY_FILE: client.key,
  });

  test('trust each other by the files of the hub', async () => {
    const hub = start({ NATS_URL: url, ...login, ...files() });
    expect(await hub.event('log_connected')).toMatchObject({ stream: 'ws-hub' });
    await hub.event('listening');
    await hub.kill();
  });

  test('do not, if the hub does not know who has signed its certificate', async () => {
    const { NATS_CA_FILE: _, ...own } = files();
    expect(await refusal({ NATS_URL: url, ...login, ...own })).toContain(
      'NATS_CA_FILE (--nats-ca-file): the certificate of NATS is not trusted',
    );
  });

  test('do not, if the certificate is of another host: not even of localhost', async () => {
    const other = await NatsServer.start('', tls(certificates.sign('other', 'DNS:localhost')));
    const address = other.url.replace('nats://', 'tls://');
    const message = await refusal({ NATS_URL: address, NATS_CA_FILE: certificates.ca });
    expect(message).toContain('is not trusted (ERR_TLS_CERT_ALTNAME_INVALID');
    await other.end();
  });

  test.each([
    [
      'NATS_CA_FILE',
      '/nowhere/ca.pem',
      'NATS_CA_FILE (--nats-ca-file): "/nowhere/ca.pem" cannot be read (ENOENT)',
    ],
    ['NATS_CERT_FILE', '/dev/null', 'NATS_CERT_FILE (--nats-cert-file): "/dev/null" is not allowed'],
  ])('do not with a file that cannot be used: %s is %s', async (variable, path, message) => {
    expect(await refusal({ NATS_URL: url, ...login, ...files(), [variable]: path })).toContain(message);
  });

  test('do not with a key of another certificate', async () => {
    const { key } = certificates.sign('another');
    expect(await refusal({ NATS_URL: url, ...login, ...files(), NATS_KEY_FILE: key })).toContain(
      'NATS_CA_FILE, NATS_CERT_FILE, NATS_KEY_FILE: cannot be used',
    );
  });
});
