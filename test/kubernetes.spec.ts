import { describe, expect, test } from '@jest/globals';
import { HUB_PATH } from '@ws-hub/protocol';
import { parseAllDocuments } from 'yaml';
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
const preset = (variable: string) => serverOptions.find((option) => option.variable === variable)?.default;

describe('the Kubernetes manifests', () => {
  test('are of kinds and versions that belong together', () => {
    expect(all.map(({ apiVersion, kind }) => `${apiVersion} ${kind}`)).toEqual([
      'apps/v1 Deployment',
      'v1 Service',
      'policy/v1 PodDisruptionBudget',
      'networking.k8s.io/v1 Ingress',
      'apps/v1 StatefulSet',
      'v1 Service',
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
    const controller = read('apps/server/src/http/health.controller.ts');
    const { startupProbe, readinessProbe, livenessProbe } = hub;
    const paths = [startupProbe, readinessProbe, livenessProbe].map(({ httpGet }) => httpGet.path);
    expect(paths).toEqual(['/healthz', '/readyz', '/healthz']);
    for (const path of paths) expect(controller).toContain(`@Get('${path.slice(1)}')`);
  });

  test('give a hub only variables that it knows, and the secret that hubs with NATS need', () => {
    const known = serverOptions.map(({ variable }) => variable);
    expect(Object.keys(env).filter((variable) => !known.includes(variable))).toEqual([]);
    const secret = hub.env.find(({ name }: { name: string }) => name === 'HUB_SECRET');
    expect(secret.valueFrom.secretKeyRef).toEqual({ name: 'ws-hub', key: 'HUB_SECRET' });
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

  test('run the image of this version, not as root', () => {
    expect(hub.image).toBe(`ws-hub-server:${packageJson.version}`);
    expect(hub.securityContext).toMatchObject({ runAsNonRoot: true, readOnlyRootFilesystem: true });
  });
});
