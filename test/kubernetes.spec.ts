import { describe, expect, test } from '@jest/globals';
import { readConfig } from '@ws-hub/config';
import { HUB_PATH } from '@ws-hub/protocol';
import { parse, parseAllDocuments } from 'yaml';
import { serverCommand } from '../apps/server/src/config/server.config.js';
import { packageJson, read, serverOptions } from './repository.js';

// biome-ignore lint/suspicious/noExplicitAny: manifests have no types here; each test looks at what it names.
type Manifest = any;

const documents = (file: string): Manifest[] => parseAllDocuments(read(file)).map((each) => each.toJS());
const all = ['hub', 'nats'].flatMap((name) => documents(`deploy/kubernetes/${name}.yaml`));
const find = (kind: string, name = 'ws-hub') =>
  all.find((each) => each.kind === kind && each.metadata.name === name);

const deployment = find('Deployment');
const pod = deployment.spec.template.spec;
const [hub] = pod.containers;
const env: Record<string, string | undefined> = Object.fromEntries(
  hub.env.map(({ name, value }: { name: string; value?: string }) => [name, value]),
);
const natsPod = find('StatefulSet', 'nats').spec.template.spec;
const [nats] = natsPod.containers;
const compose = parse(read('docker-compose.cluster.yml'), { merge: true }) as Manifest;

/** Who may and on which ports, one line for each rule of a policy. */
const rules = (list: Manifest[], side: 'from' | 'to') =>
  list.map(({ [side]: [peer], ports }) => {
    const { matchLabels } = (peer.namespaceSelector ?? peer.podSelector) as Manifest;
    return `${Object.values(matchLabels)[0]} ${ports.map(({ port }: Manifest) => port)}`;
  });
const preset = (variable: string) => serverOptions.find((option) => option.variable === variable)?.default;

describe('the Kubernetes manifests', () => {
  test('are of kinds and versions that belong together', () => {
    expect(all.map(({ apiVersion, kind }) => `${apiVersion} ${kind}`)).toEqual([
      'apps/v1 Deployment',
      'v1 Service',
      'policy/v1 PodDisruptionBudget',
      'networking.k8s.io/v1 Ingress',
      'networking.k8s.io/v1 NetworkPolicy',
      'apps/v1 StatefulSet',
      'v1 Service',
      'v1 ConfigMap',
      'networking.k8s.io/v1 NetworkPolicy',
    ]);
  });

  test('select the pods that the deployment makes', () => {
    const { labels } = deployment.spec.template.metadata;
    expect(deployment.spec.selector.matchLabels).toEqual(labels);
    expect(find('Service').spec.selector).toEqual(labels);
    expect(find('PodDisruptionBudget').spec.selector.matchLabels).toEqual(labels);
    expect(pod.topologySpreadConstraints[0].labelSelector.matchLabels).toEqual(labels);
  });

  test('lead from the ingress through the service to the port of the hub, on its path', () => {
    const [{ path, backend }] = find('Ingress').spec.rules[0].http.paths;
    const [port] = find('Service').spec.ports;
    expect(path).toBe(HUB_PATH);
    expect(backend.service).toEqual({ name: 'ws-hub', port: { name: port.name } });
    const target = hub.ports.find(({ name }: { name: string }) => name === port.targetPort);
    expect(String(target.containerPort)).toBe(env.PORT);
    expect(hub.ports.map(({ containerPort }: { containerPort: number }) => String(containerPort))).toContain(
      preset('METRICS_PORT'),
    );
  });

  test('probe paths that the hub answers: readiness where newcomers are meant, liveness where the loop is', () => {
    const controller = read('apps/server/src/standalone/health.controller.ts');
    const { startupProbe, readinessProbe, livenessProbe } = hub;
    const paths = [startupProbe, readinessProbe, livenessProbe].map(({ httpGet }) => httpGet.path);
    expect(paths).toEqual(['/healthz', '/readyz', '/healthz']);
    for (const path of paths) expect(controller).toContain(`@Get('${path.slice(1)}')`);
  });

  test('give a hub only variables that it knows, and the secret that hubs with NATS need', () => {
    const known = serverOptions.map(({ variable }) => variable);
    expect(Object.keys(env).filter((variable) => !known.includes(variable))).toEqual([]);
    const [{ name, mountPath }] = hub.volumeMounts;
    expect(pod.volumes).toEqual([{ name, secret: { secretName: 'ws-hub' } }]);
    expect([env.HUB_SECRET_FILE, env.NATS_PASSWORD_FILE]).toEqual([
      `${mountPath}/HUB_SECRET`,
      `${mountPath}/NATS_PASSWORD`,
    ]);
    for (const key of ['HUB_SECRET', 'NATS_PASSWORD'])
      expect(read('deploy/kubernetes/hub.yaml')).toContain(`--from-literal=${key}="$(openssl rand`);
    expect(env.NATS_URL).toBe('nats://nats:4222');
    expect(find('Service', 'nats').spec.ports[0].port).toBe(4222);
  });

  test('give a hub more time to end than it can need', () => {
    const preStopS = Number(hub.lifecycle.preStop.exec.command.at(-1));
    const drainS = Number(env.DRAIN_TIMEOUT) / 1_000;
    expect(pod.terminationGracePeriodSeconds).toBeGreaterThan(preStopS + drainS + 5);
  });

  test('take no hub away before there is another one', () => {
    expect(deployment.spec.strategy.rollingUpdate).toEqual({ maxSurge: 1, maxUnavailable: 0 });
    expect(find('PodDisruptionBudget').spec.minAvailable).toBeLessThan(deployment.spec.replicas);
  });

  test('outlast the pings of the hub at the ingress', () => {
    const pingS = (Number(preset('PING_INTERVAL')) / 1_000) * 1.2;
    const { annotations } = find('Ingress').metadata;
    for (const name of ['read', 'send']) {
      const timeout = Number(annotations[`nginx.ingress.kubernetes.io/proxy-${name}-timeout`]);
      expect(timeout).toBeGreaterThan(pingS * 2);
    }
  });

  test('run the image of this version', () => {
    expect(hub.image).toBe(`ws-hub-server:${packageJson.version}`);
    expect(nats.image).toBe(compose.services.nats.image);
  });

  test.each([
    ['hub', pod, hub],
    ['NATS', natsPod, nats],
  ])('let the %s do next to nothing, and take so much and no more', (_name, spec, container) => {
    expect(spec).toMatchObject({
      automountServiceAccountToken: false,
      securityContext: { runAsNonRoot: true, runAsUser: 1000, seccompProfile: { type: 'RuntimeDefault' } },
    });
    expect(container.securityContext).toEqual({
      allowPrivilegeEscalation: false,
      readOnlyRootFilesystem: true,
      capabilities: { drop: ['ALL'] },
    });
    expect(container.resources.limits.memory).toMatch(/^\d+[MG]i$/);
  });

  test('let only the ingress reach the hub, only monitoring its metrics, and the hub only NATS and names', () => {
    const { spec } = find('NetworkPolicy');
    expect(spec.podSelector.matchLabels).toEqual(deployment.spec.template.metadata.labels);
    expect(spec.policyTypes).toEqual(['Ingress', 'Egress']);
    expect(rules(spec.ingress, 'from')).toEqual([
      `ingress-nginx ${env.PORT}`,
      `monitoring ${preset('METRICS_PORT')}`,
    ]);
    expect(rules(spec.egress, 'to')).toEqual(['nats 4222', 'kube-system 53,53']);
  });

  test('let only the hubs reach NATS, which reaches nobody', () => {
    const { spec } = find('NetworkPolicy', 'nats');
    expect(spec.podSelector.matchLabels).toEqual(find('StatefulSet', 'nats').spec.template.metadata.labels);
    expect(spec.policyTypes).toEqual(['Ingress', 'Egress']);
    expect([rules(spec.ingress, 'from'), spec.egress]).toEqual([['ws-hub 4222'], []]);
  });

  test('ask for a password at NATS, which is in the secret and in no file', () => {
    expect(find('ConfigMap', 'nats').data['nats.conf']).toBe(read('deploy/nats/nats.conf'));
    expect(read('deploy/nats/nats.conf')).toContain(
      `user: ${env.NATS_USER}\n  password: $NATS_HUB_PASSWORD\n`,
    );
    expect(nats.env).toEqual([
      { name: 'NATS_PASSWORD', valueFrom: { secretKeyRef: { name: 'ws-hub', key: 'NATS_PASSWORD' } } },
      { name: 'NATS_HUB_PASSWORD', value: '"$(NATS_PASSWORD)"' },
    ]);
    expect(all.map(({ kind }) => kind)).not.toContain('Secret');
  });

  test('speak TLS at the ingress, for the host that they serve', () => {
    const { tls, rules: hosts } = find('Ingress').spec;
    expect(tls).toEqual([{ hosts: [hosts[0].host], secretName: 'ws-hub-tls' }]);
    expect(find('Ingress').metadata.annotations['nginx.ingress.kubernetes.io/ssl-redirect']).toBe('true');
  });

  test('set what protects a hub behind an ingress, in values that it takes', () => {
    const given = Object.entries(env).filter(([name]) => !name.endsWith('_FILE'));
    const secrets = { HUB_SECRET: 'oak-lamp-river-violin-quartz-72-moss', NATS_PASSWORD: 'p' };
    const config = readConfig(serverCommand, {
      argv: [],
      env: { ...Object.fromEntries(given), ...secrets },
      dotenv: {},
    });
    expect(config.environment).toBe('production');
    expect(config.trustedProxies).not.toEqual([]);
    expect(config.allowedOrigins).not.toEqual([]);
    expect(config.maxConnectionsPerIp).toBeGreaterThan(0);
    expect(config.maxConnectsPerIpPerSecond).toBeGreaterThan(0);
  });
});
