import { describe, expect, test } from '@jest/globals';
import { readConfig } from '@ws-hub/config';
import { HUB_PATH } from '@ws-hub/protocol';
import { parse } from 'yaml';
import { serverCommand } from '../apps/server/src/config/server.config.js';
import { clientOptions, packageJson, read, serverOptions } from './repository.js';

interface Service {
  readonly build: { readonly dockerfile: string };
  readonly profiles?: readonly string[];
  readonly stop_grace_period?: string;
  readonly scale?: number;
  readonly environment?: Readonly<Record<string, string>>;
  readonly ports?: readonly string[];
  readonly container_name?: string;
}

const { services } = parse(read('docker-compose.yml')) as {
  services: Record<'server' | 'client' | 'nats' | 'hub' | 'proxy' | 'cluster-client', Service>;
};
const port = serverOptions.find(({ variable }) => variable === 'PORT')?.default;

/** The instructions of each stage; continued lines are one. */
function stages(dockerfile: string): [string, string][][] {
  const lines = read(dockerfile)
    .replaceAll('\\\n', ' ')
    .split('\n')
    .filter((line) => /^[A-Z]+ /.test(line));
  const instructions = lines.map(
    (line) => [line.split(' ')[0] as string, line.slice(line.indexOf(' ') + 1).trim()] as [string, string],
  );
  const starts = instructions.flatMap(([word], at) => (word === 'FROM' ? [at] : []));
  return starts.map((start, at) => instructions.slice(start, starts[at + 1]));
}

const values = (stage: [string, string][], word: string) =>
  stage.filter(([name]) => name === word).map(([, value]) => value);

describe.each([
  ['server', serverOptions],
  ['client', clientOptions],
] as const)('the image of the %s', (name, options) => {
  const all = stages(`Dockerfile.${name}`);
  const last = all.at(-1) ?? [];

  test('is built from the Dockerfile that the compose file names', () => {
    expect(services[name].build.dockerfile).toBe(`Dockerfile.${name}`);
  });

  test('runs the command in exec form, so that SIGTERM reaches node, and not as root', () => {
    expect(JSON.parse(values(last, 'CMD').at(-1) ?? '')).toEqual(['node', 'bin/ws-hub.js', name]);
    expect(values(last, 'USER')).toEqual(['node']);
  });

  test('is built on Node 24 slim in several stages, the last without dev dependencies', () => {
    expect(all.length).toBeGreaterThan(1);
    for (const stage of all) expect(values(stage, 'FROM')[0]).toMatch(/^node:24-slim\b/);
    const source = values(last, 'COPY')
      .find((value) => value.endsWith('./node_modules'))
      ?.match(/--from=(\w+)/)?.[1];
    const stage = all.find((each) => values(each, 'FROM')[0]?.endsWith(` AS ${source}`)) ?? [];
    expect(values(stage, 'RUN')).toEqual(['npm install --omit=dev']);
    expect(values(last, 'RUN')).toEqual([]);
  });

  test('is built by a command that the project has', () => {
    const build = all.flatMap((stage) => values(stage, 'RUN')).find((value) => value.includes('nest build'));
    expect(packageJson.scripts.build).toContain(build?.replace('npx ', ''));
  });

  test('is given only variables that the program knows', () => {
    const known = options.map(({ variable }) => variable);
    expect(
      Object.keys(services[name].environment ?? {}).filter((variable) => !known.includes(variable)),
    ).toEqual([]);
  });

  test('can run several times', () => {
    expect(services[name].container_name).toBeUndefined();
  });
});

describe('the compose file', () => {
  test('lets the clients find the hub by its name, port and path', () => {
    expect(services.client.environment?.WS_CLIENT_URL).toBe(
      `ws://server:${services.server.environment?.PORT}${HUB_PATH}`,
    );
  });

  test('publishes the default port, and none of the clients', () => {
    expect(services.server.ports).toEqual([`${port}:${port}`]);
    expect(services.client.ports).toBeUndefined();
  });
});

describe('the health check of the server', () => {
  const [server = []] = [stages('Dockerfile.server').at(-1)];

  test('asks the path that the server answers, on its port', () => {
    const [check = ''] = values(server, 'HEALTHCHECK');
    const [path] = read('apps/server/src/http/health.controller.ts').match(/(?<=@Get\(')[^']+/) ?? [];
    expect(check).toContain(`http://127.0.0.1:\${process.env.PORT || ${port}}/${path}`);
    expect(values(server, 'EXPOSE')).toEqual([port]);
  });
});

describe('the cluster profile', () => {
  const { nats, hub, proxy, 'cluster-client': client } = services;
  const haproxy = read('deploy/haproxy/haproxy.cfg');

  test('has services of its own, and leaves the others without one', () => {
    const profiles = Object.entries(services).map(([name, service]) => [name, service.profiles?.[0]]);
    expect(Object.fromEntries(profiles)).toEqual({
      ...{ server: undefined, client: undefined },
      ...{ nats: 'cluster', hub: 'cluster', proxy: 'cluster', 'cluster-client': 'cluster' },
    });
    expect(nats.ports).toBeUndefined();
  });

  test('runs three hubs with a shared log and secret, which readConfig takes', () => {
    const { HUB_SECRET = '', ...environment } = hub.environment ?? {};
    const [, preset = ''] = /^\$\{HUB_SECRET:-(.*)\}$/.exec(HUB_SECRET) ?? [];
    const config = readConfig(serverCommand, {
      argv: [],
      env: { ...environment, HUB_SECRET: preset },
      dotenv: {},
    });
    expect(config.natsUrls).toEqual(['nats://nats:4222']);
    expect([hub.scale, hub.ports, hub.stop_grace_period]).toEqual([3, undefined, '30s']);
  });

  test('has a proxy before them that knows their number, port and readiness, and outlasts their pings', () => {
    expect(haproxy).toContain(`server-template hub- ${hub.scale} hub:${hub.environment?.PORT}`);
    const [, path] = /option httpchk GET \/(\w+)/.exec(haproxy) ?? [];
    expect(read('apps/server/src/http/health.controller.ts')).toContain(`@Get('${path}')`);
    const pingMs = Number(serverOptions.find(({ variable }) => variable === 'PING_INTERVAL')?.default);
    const [, tunnelS] = /timeout tunnel (\d+)s/.exec(haproxy) ?? [];
    expect(Number(tunnelS) * 1_000).toBeGreaterThan(pingMs * 1.2 * 2);
    const [, bound] = /bind :(\d+)/.exec(haproxy) ?? [];
    expect(proxy.ports?.[0]?.split(':')[1]).toBe(bound);
    expect(client.environment?.WS_CLIENT_URL).toBe(`ws://proxy:${bound}${HUB_PATH}`);
  });
});
