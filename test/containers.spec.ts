import { execFileSync, spawnSync } from 'node:child_process';
import { fileURLToPath } from 'node:url';
import { describe, expect, test } from '@jest/globals';
import { isPassword, parsePasswordHash, readConfig } from '@ws-hub/config';
import { HUB_PATH } from '@ws-hub/protocol';
import { NatsServer, onPath } from '@ws-hub/testing';
import { parse } from 'yaml';
import { serverCommand } from '../apps/server/src/config/server.config.js';
import { clientOptions, packageJson, read, serverOptions } from './repository.js';

interface Service {
  readonly build?: { readonly dockerfile: string };
  readonly image?: string;
  readonly command?: readonly string[];
  readonly stop_grace_period?: string;
  readonly scale?: number;
  readonly environment?: Readonly<Record<string, string>>;
  readonly ports?: readonly string[];
  readonly volumes?: readonly string[];
  readonly networks?: readonly string[] | Readonly<Record<string, { readonly ipv4_address: string }>>;
  readonly container_name?: string;
}

interface Compose<Name extends string> {
  readonly services: Readonly<Record<Name, Service>>;
  readonly networks: Readonly<Record<string, { readonly internal?: boolean }>>;
}

const compose = <Name extends string>(file: string) => parse(read(file), { merge: true }) as Compose<Name>;
const { services } = compose<'server' | 'client'>('docker-compose.yml');
const cluster = compose<'nats' | 'hub' | 'proxy' | 'client'>('docker-compose.cluster.yml');
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
  ['server', serverOptions, ['apps/server', 'apps/token', 'apps/key', 'apps/password', 'apps/explain']],
  ['client', clientOptions, ['apps/client', 'apps/verify', 'apps/talk']],
] as const)('the image of the %s', (name, options, applications) => {
  const all = stages(`Dockerfile.${name}`);
  const last = all.at(-1) ?? [];

  test('is built from the Dockerfile that the compose file names', () => {
    expect(services[name].build?.dockerfile).toBe(`Dockerfile.${name}`);
  });

  test('runs the command in exec form, so that SIGTERM reaches node, and not as root', () => {
    expect(JSON.parse(values(last, 'CMD').at(-1) ?? '')).toEqual(['node', 'bin/ws-hub.js', name]);
    // A number, so that Kubernetes can tell that it is not root.
    expect(values(last, 'USER')).toEqual(['1000:1000']);
  });

  test('is built on one version of Node 24 slim in several stages, the last without dev dependencies', () => {
    expect(all.length).toBeGreaterThan(1);
    for (const stage of all) expect(values(stage, 'FROM')[0]).toMatch(/^node:24\.\d+\.\d+-slim\b/);
    expect(new Set(all.map((stage) => values(stage, 'FROM')[0]?.split(' ')[0])).size).toBe(1);
    const source = values(last, 'COPY')
      .find((value) => value.endsWith('./node_modules'))
      ?.match(/--from=(\w+)/)?.[1];
    const stage = all.find((each) => values(each, 'FROM')[0]?.endsWith(` AS ${source}`)) ?? [];
    expect(values(stage, 'RUN').at(-1)).toBe(
      'npm install --omit=dev --omit=optional --ignore-scripts && node locked/check-lockfile.js',
    );
    expect(values(last, 'RUN')).toEqual([]);
  });

  test('is built by a command that the project has', () => {
    const build = all
      .flatMap((stage) => values(stage, 'RUN'))
      .find((value) => value.includes('build-programs'));
    const [packages = '', application = ''] = build?.split(' && ') ?? [];
    const [ourPackages, ours] = packageJson.scripts.build?.split(' && ') ?? [];
    expect(packages).toBe(ourPackages);
    const words = application.split(' ');
    expect(words.slice(2)).toEqual(applications);
    expect(ours?.split(' ')).toEqual(expect.arrayContaining(words));
  });

  test('installs with the manifests of the packages at hand, and runs with what was built of them', () => {
    const installing = all.filter((stage) => values(stage, 'RUN').some((value) => value.startsWith('npm i')));
    expect(installing.length).toBe(2);
    for (const stage of installing)
      expect(values(stage, 'COPY')).toContain('--from=manifests /app/libs ./libs');
    expect(values(last, 'COPY')).toContain('--from=build /app/libs ./libs');
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

test('what is installed is what the lockfile says, which is what the images check', () => {
  const script = fileURLToPath(new URL('../scripts/check-lockfile.js', import.meta.url));
  expect(execFileSync(process.execPath, [script], { encoding: 'utf8' })).toBe('');
  for (const file of ['Dockerfile.server', 'Dockerfile.client'])
    for (const command of stages(file).flatMap((stage) => values(stage, 'RUN')))
      if (command.includes('npm install')) expect(command).toContain('&& node locked/check-lockfile.js');
  const sent = read('.dockerignore').split('\n');
  for (const script of ['build-packages.js', 'check-lockfile.js', 'used-dependencies.js'])
    expect(sent).toContain(`!scripts/${script}`);
});

describe('the image of the client', () => {
  const [dependencies = []] = stages('Dockerfile.client').filter((stage) =>
    values(stage, 'FROM')[0]?.endsWith(' AS dependencies'),
  );

  test('installs what its programs import, and nothing that only the server needs', () => {
    const [command = ''] = values(dependencies, 'RUN');
    const [node, script, ...programs] = command.split(' ');
    expect([node, script]).toEqual(['node', 'scripts/used-dependencies.js']);
    expect(programs).toEqual(['client', 'verify', 'talk']);
    const built = values(stages('Dockerfile.client')[1] ?? [], 'RUN').at(-1);
    for (const name of programs) expect(built).toContain(` apps/${name} `);
  });
});

const everyService = [
  ...Object.entries(services).map(([name, service]) => [name, service] as const),
  ...Object.entries(cluster.services).map(([name, service]) => [`${name} of the cluster`, service] as const),
];

describe.each(everyService)('the container of the %s', (_name, service) => {
  test('may do next to nothing, and take so much and no more', () => {
    expect(service).toMatchObject({
      read_only: true,
      cap_drop: ['ALL'],
      security_opt: ['no-new-privileges:true'],
      mem_limit: expect.stringMatching(/^\d+[mg]$/),
      pids_limit: expect.any(Number),
    });
    expect(service).not.toHaveProperty('privileged');
    expect(service).not.toHaveProperty('cap_add');
  });

  test('is of one version', () => {
    if (service.image !== undefined)
      expect(service.image).toMatch(/^([a-z]+\/)?[a-z]+:v?\d+\.\d+\.\d+(-[a-z]+)?$/);
    else expect(service.build?.dockerfile).toMatch(/^Dockerfile\.(server|client)$/);
  });
});

describe('a secret of a compose file', () => {
  test.each(['docker-compose.yml', 'docker-compose.cluster.yml'])('has no value in %s', (file) => {
    const secrets = [...read(file).matchAll(/^ +\w*(?:SECRET|PASSWORD)(?!\w*_FILE:)\w*: (.*)$/gm)].map(
      ([, value]) => value,
    );
    expect(secrets.length).toBeGreaterThan(0);
    // Required with words that help, or empty: for one hub alone, which makes one up, and for the one before.
    for (const value of secrets)
      expect(value).toMatch(/\$\{(\w+:\?put \w+ into \.env, .*|HUB_SECRET(_PREVIOUS)?:-)\}/);
  });

  test('is required where hubs share one', () => {
    const { nats, hub } = cluster.services;
    for (const value of [
      nats.environment?.NATS_HUB_PASSWORD,
      hub.environment?.NATS_PASSWORD,
      hub.environment?.HUB_SECRET,
    ])
      expect(value).toMatch(/\$\{\w+:\?/);
  });

  test('that was once published here is refused', () => {
    const env = { HUB_SECRET: 'only for trying out, 32 bytes or more' };
    expect(() => readConfig(serverCommand, { argv: [], env, dotenv: {} })).toThrow(/^HUB_SECRET: this value/);
  });
});

describe('the compose file', () => {
  test('lets the clients find the hub by its name, port and path', () => {
    expect(services.client.environment?.WS_CLIENT_URL).toBe(
      `ws://server:${services.server.environment?.PORT}${HUB_PATH}`,
    );
  });

  test('publishes the default port, and none of the clients', () => {
    expect(services.server.ports).toEqual([`${port}:${port}`, '127.0.0.1:9465:9465']);
    expect(services.client.ports).toBeUndefined();
  });
});

test.each([
  ['docker-compose.yml', services.server],
  ['docker-compose.cluster.yml', cluster.services.hub],
])(
  'the metrics in %s are for the other containers, and published to nobody',
  (_file, { environment, ports = [] }) => {
    const env = {
      ...environment,
      HUB_SECRET: '',
      HUB_SECRET_PREVIOUS: '',
      ALLOWED_ORIGINS: '',
      NATS_URL: '',
    };
    const config = readConfig(serverCommand, { argv: [], env, dotenv: {} });
    expect(config.metricsHost).toBe('0.0.0.0');
    expect(ports.filter((each) => each.endsWith(`:${config.metricsPort}`))).toEqual([]);
  },
);

test('the console of the compose file has the password that its comment names, and is published to this machine alone', async () => {
  const env = { ...services.server.environment, HUB_SECRET: '' };
  const config = readConfig(serverCommand, { argv: [], env, dotenv: {} });
  expect(config).toMatchObject({ adminPort: 9465, playground: 'true', adminReadonly: 'true' });
  expect(services.server.volumes).toEqual(['./deploy/console:/run/console:ro']);
  expect(config.adminPasswordFile).toBe('/run/console/password');
  const [, password = ''] = /Its password is "(.*?)"/.exec(read('docker-compose.yml')) ?? [];
  const hash = parsePasswordHash(read('deploy/console/password').trimEnd());
  expect(hash && (await isPassword(password, hash))).toBe(true);
});

describe('the health check of the server', () => {
  const [server = []] = [stages('Dockerfile.server').at(-1)];

  test('asks the path that the server answers, on its port', () => {
    const [check = ''] = values(server, 'HEALTHCHECK');
    const [path] = read('apps/server/src/standalone/health.controller.ts').match(/(?<=@Get\(')[^']+/) ?? [];
    expect(check).toContain(`http://127.0.0.1:\${process.env.PORT || ${port}}/${path}`);
    expect(values(server, 'EXPOSE')).toEqual([port]);
  });
});

describe('the cluster', () => {
  const { nats, hub, proxy, client } = cluster.services;
  const haproxy = read('deploy/haproxy/haproxy.cfg');
  const environment = {
    ...hub.environment,
    HUB_SECRET: 'oak-lamp-river-violin-quartz-72-moss',
    HUB_SECRET_PREVIOUS: '',
    ALLOWED_ORIGINS: '',
  };
  const config = readConfig(serverCommand, { argv: [], env: environment, dotenv: {} });

  test('runs three hubs with a shared log, which readConfig takes, and which log in to it', () => {
    const known = serverOptions.map(({ variable }) => variable);
    expect(Object.keys(environment).filter((variable) => !known.includes(variable))).toEqual([]);
    expect(config.natsUrls).toEqual(['nats://nats:4222']);
    expect(read('deploy/nats/nats.conf')).toContain(`user: ${config.natsUser}\n`);
    expect([hub.scale, hub.ports, hub.stop_grace_period]).toEqual([3, undefined, '30s']);
  });

  test('has NATS where only the hubs reach it', () => {
    expect([nats.ports, nats.networks, cluster.networks.back?.internal]).toEqual([undefined, ['back'], true]);
    expect([hub.networks, client.networks, Object.keys(proxy.networks ?? {})]).toEqual([
      ['front', 'back'],
      ['front'],
      ['front'],
    ]);
    expect(nats.volumes).toContain('./deploy/nats/nats.conf:/etc/nats/nats.conf:ro');
    expect(nats.command).toEqual(['--config', '/etc/nats/nats.conf']);
  });

  test('believes its proxy alone, and has limits by address', () => {
    const { front } = proxy.networks as Record<string, { ipv4_address: string }>;
    expect(config.trustedProxies).toEqual([front?.ipv4_address]);
    expect(config.maxConnectionsPerIp).toBeGreaterThan(0);
    expect(config.maxConnectsPerIpPerSecond).toBeGreaterThan(0);
  });

  test('has a proxy before them that knows their number, port and readiness, and outlasts their pings', () => {
    expect(haproxy).toContain(`server-template hub- ${hub.scale} hub:${hub.environment?.PORT}`);
    const [, path] = /option httpchk GET \/(\w+)/.exec(haproxy) ?? [];
    expect(read('apps/server/src/standalone/health.controller.ts')).toContain(`@Get('${path}')`);
    const pingMs = Number(serverOptions.find(({ variable }) => variable === 'PING_INTERVAL')?.default);
    const [, tunnelS] = /timeout tunnel (\d+)s/.exec(haproxy) ?? [];
    expect(Number(tunnelS) * 1_000).toBeGreaterThan(pingMs * 1.2 * 2);
    const [, bound] = /bind :(\d+)/.exec(haproxy) ?? [];
    expect(proxy.ports?.[0]?.split(':')[1]).toBe(bound);
    expect(client.environment?.WS_CLIENT_URL).toBe(`ws://proxy:${bound}${HUB_PATH}`);
  });

  test('has a proxy that says whom it sees, whatever the client says', () => {
    expect(haproxy).toContain('http-request set-header X-Forwarded-For %[src]\n');
    expect(haproxy).toContain('http-request del-header Forwarded\n');
    expect(haproxy).not.toContain('option forwardfor');
    for (const what of [
      'connect',
      'client',
      'server',
      'http-request',
      'http-keep-alive',
      'queue',
      'client-fin',
    ])
      expect(haproxy).toMatch(new RegExp(`^  timeout ${what} \\d+s$`, 'm'));
  });
});

const path = (file: string) => fileURLToPath(new URL(`../${file}`, import.meta.url));

(onPath('haproxy') ? test : test.skip)('haproxy takes its configuration', () => {
  const { status, stderr } = spawnSync('haproxy', ['-c', '-f', path('deploy/haproxy/haproxy.cfg')]);
  expect({ status, alerts: String(stderr).match(/^\[ALERT\].*/gm) }).toEqual({ status: 0, alerts: null });
});

(NatsServer.isInstalled ? test : test.skip)(
  'nats-server takes its configuration with a password, and not without',
  () => {
    const check = (env: NodeJS.ProcessEnv) =>
      spawnSync('nats-server', ['-t', '-c', path('deploy/nats/nats.conf')], {
        env: { PATH: process.env.PATH, ...env },
      }).status;
    expect(check({ NATS_HUB_PASSWORD: '"1234+/= x"' })).toBe(0);
    expect(check({})).toBe(1);
  },
);
