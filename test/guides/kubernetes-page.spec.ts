import { existsSync } from 'node:fs';
import { describe, expect, test } from '@jest/globals';
import { readConfig } from '@ws-hub/config';
import { parse, parseAllDocuments } from 'yaml';
import { createCommand } from '../../apps/key/src/config/create.config.js';
import { verifyCommand } from '../../apps/verify/src/config/verify.config.js';
import { read, serverOptions, tableRows } from '../repository.js';
import { readGuide } from './guide.js';

// biome-ignore lint/suspicious/noExplicitAny: manifests have no types here; each test looks at what it names.
type Manifest = any;

const page = read('docs/guides/kubernetes.md');
const guide = readGuide('kubernetes');
const commands = guide.steps.flatMap((step) => ('command' in step ? [step.command] : []));
const hubYaml = read('deploy/kubernetes/hub.yaml');
const manifests: Manifest[] = [hubYaml, read('deploy/kubernetes/nats.yaml')].flatMap((text) =>
  parseAllDocuments(text).map((each) => each.toJS()),
);
const find = (kind: string, name = 'ws-hub') =>
  manifests.find((each) => each.kind.toLowerCase() === kind && each.metadata.name === name);
const [hub] = find('deployment').spec.template.spec.containers;
const excerpt = (name: string): Manifest[] => parse(guide.files.get(name) ?? '');
const oneLine = (text: string) =>
  text
    .replace(/\\\n#?/g, ' ')
    .replace(/\s+/g, ' ')
    .trim();

const KNOWN =
  /^(umask 077 && )?(kubectl|docker build|kind load docker-image|node bin\/ws-hub\.js (verify|key create)) /;
const KEY_FLAGS = Object.values(createCommand.options).map(({ flag }) => `--${flag}`);

describe('docs/guides/kubernetes.md', () => {
  test('has commands of programs that are looked at here, and no others', () => {
    const lines = commands.flatMap((command) => command.replaceAll('\\\n', '').trim().split('\n'));
    expect(lines.length).toBeGreaterThan(10);
    expect(lines.filter((line) => !KNOWN.test(line))).toEqual([]);
  });

  test('builds and loads the image that the manifests run', () => {
    const [build = '', load = ''] = commands;
    const [, file = '', tag] = /--file (\S+) --tag (\S+) \.$/.exec(build.trim()) ?? [];
    expect(existsSync(new URL(`../../${file}`, import.meta.url))).toBe(true);
    expect(tag).toBe(hub.image);
    expect(load.trim().endsWith(` ${hub.image}`)).toBe(true);
  });

  test('creates the secrets as the head of hub.yaml does', () => {
    const created = commands.map(oneLine).filter((command) => command.startsWith('kubectl create secret'));
    expect(created).toHaveLength(2);
    for (const command of created) expect(oneLine(hubYaml)).toContain(command);
    const [{ secretName }] = find('ingress').spec.tls;
    expect(created[1]).toContain(` tls ${secretName} `);
  });

  test('changes values that are in hub.yaml', () => {
    const values = tableRows(page, 'value in `hub.yaml`', 'change it to').flatMap(([cell = '']) =>
      [...cell.matchAll(/`(.*?)`/g)].map(([, value]) => value as string),
    );
    expect(values.length).toBeGreaterThan(5);
    expect(values.filter((value) => !hubYaml.includes(value))).toEqual([]);
  });

  test('names resources and ports that exist', () => {
    const named = [...page.matchAll(/kubectl [a-z- ]*?([a-z]+)\/([a-z-]+)(?: (\d+):(\d+))?/g)];
    const missing = named.filter(([, kind = '', name]) => kind !== 'deploy' && !find(kind, name));
    expect(missing.map(([command]) => command)).toEqual([]);
    const [forwarded] = named.filter(([, , , port]) => port !== undefined);
    expect(forwarded?.[4]).toBe(String(find('service').spec.ports[0].port));
    expect(commands.join()).toContain('kubectl apply -f deploy/kubernetes/\n');
  });

  test('runs ws-hub with flags that it takes', () => {
    const ours = commands.flatMap((command) => oneLine(command).match(/node bin\/ws-hub\.js [^>]*/g) ?? []);
    expect(ours).toHaveLength(3);
    for (const [, program, ...argv] of ours.map((each) => each.trim().replaceAll("'", '').split(' '))) {
      expect(program).toBe('bin/ws-hub.js');
      if (argv[0] === 'verify') readConfig(verifyCommand, { argv: argv.slice(1), env: {}, dotenv: {} });
      else expect(flagsOf(argv)).toEqual(flagsOf(argv).filter((flag) => KEY_FLAGS.includes(flag)));
    }
  });

  test('adds a variable that the hub has, and a file in the secret that it is given', () => {
    const [{ name, value }] = excerpt('env');
    expect(serverOptions.map(({ variable }) => variable)).toContain(name);
    const [{ mountPath }] = hub.volumeMounts;
    const [, key] = /\\"data\\":\{\\"(.*?)\\"/.exec(commands.join()) ?? [];
    expect(value).toBe(`${mountPath}/${key}`);
  });

  test('adds a path that leads where that of the WebSockets leads', () => {
    const [added] = excerpt('paths');
    const [websockets] = find('ingress').spec.rules[0].http.paths;
    expect(Object.keys(added)).toEqual(Object.keys(websockets));
    expect(added).toMatchObject({ path: '/v1', pathType: 'Prefix', backend: websockets.backend });
  });

  test('says what the deployment does at a restart', () => {
    const { strategy, template } = find('deployment').spec;
    const { maxSurge, maxUnavailable } = strategy.rollingUpdate;
    expect(page).toContain(`\`maxSurge: ${maxSurge}\`, \`maxUnavailable: ${maxUnavailable}\``);
    expect(page).toContain(`The grace period of ${template.spec.terminationGracePeriodSeconds} s`);
    const { value } = hub.env.find(({ name }: Manifest) => name === 'DRAIN_TIMEOUT');
    expect(page).toContain(`\`DRAIN_TIMEOUT\`, ${value / 1_000} s`);
    expect(hub.lifecycle.preStop.exec.command).toEqual(['sleep', '5']);
  });
});

function flagsOf(argv: readonly string[]): string[] {
  return argv.filter((word) => word.startsWith('--'));
}
