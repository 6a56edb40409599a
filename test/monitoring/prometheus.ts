import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { fileURLToPath } from 'node:url';
import { freePort, onPath } from '@ws-hub/testing';
import { parse, stringify } from 'yaml';
import { read } from '../repository.js';

const READY = /Server is ready to receive web requests/;
const RULES = fileURLToPath(new URL('../../deploy/prometheus/rules', import.meta.url));

export const promtool = onPath('promtool');
export const prometheus = onPath('prometheus');
export const NO_PROMETHEUS =
  'no prometheus and promtool on PATH, so dashboard and alerts were not tried: npm run setup:test';

interface Configuration {
  readonly global: Readonly<Record<string, string>>;
  readonly rule_files: readonly string[];
  readonly scrape_configs: readonly { readonly static_configs: readonly { readonly targets: string[] }[] }[];
}

/** deploy/prometheus/prometheus.yml for another target and interval, with the rules at their paths here. */
export function configurationFor(target: string, interval: string): string {
  const given = parse(read('deploy/prometheus/prometheus.yml')) as Configuration;
  return stringify({
    ...given,
    global: { ...given.global, scrape_interval: interval, evaluation_interval: interval },
    rule_files: given.rule_files.map((file) => file.replace('/etc/prometheus/rules', RULES)),
    scrape_configs: given.scrape_configs.map((job) => ({ ...job, static_configs: [{ targets: [target] }] })),
  });
}

interface ScrapedTarget {
  /** When the newest scrape began, in RFC 3339. */
  readonly lastScrape: string;
}

export interface Series {
  readonly metric: Readonly<Record<string, string>>;
  readonly value: readonly [time: number, value: string];
}

/** A real Prometheus with a store of its own. */
export class PrometheusServer {
  private constructor(
    private readonly process: ChildProcess,
    private readonly url: string,
    private readonly folder: string,
  ) {}

  /** Starts it; resolves when it is ready. @param options those of docker-compose.yml, except for paths */
  static async start(configuration: string, options: readonly string[]): Promise<PrometheusServer> {
    const folder = mkdtempSync(join(tmpdir(), 'ws-hub-prometheus-'));
    const file = join(folder, 'prometheus.yml');
    writeFileSync(file, configuration);
    const address = `127.0.0.1:${await freePort()}`;
    const places = [`--config.file=${file}`, `--storage.tsdb.path=${join(folder, 'data')}`];
    const child = spawn('prometheus', [...places, `--web.listen-address=${address}`, ...options], {
      stdio: ['ignore', 'ignore', 'pipe'],
    });
    const lines: string[] = [];
    for await (const line of createInterface(child.stderr)) {
      if (READY.test(line)) {
        child.stderr.resume();
        return new PrometheusServer(child, `http://${address}`, folder);
      }
      lines.push(line);
    }
    throw new Error(`Prometheus has ended: ${lines.slice(-3).join('\n')}`);
  }

  /** The current value of an expression. @throws Error if Prometheus rejects it */
  async query(expression: string): Promise<readonly Series[]> {
    const { result } = await this.ask<{ result: Series[] }>(
      `query?${new URLSearchParams({ query: expression })}`,
    );
    return result;
  }

  /** @param path below /api/v1/ */
  async ask<Data>(path: string): Promise<Data> {
    const answer = await fetch(`${this.url}/api/v1/${path}`);
    const { status, error, data } = (await answer.json()) as { status: string; error?: string; data: Data };
    if (status !== 'success') throw new Error(`${path}: ${error}`);
    return data;
  }

  /** Resolves when Prometheus has found its targets and stored a scrape of all of them that began after this call. */
  async scraped(): Promise<void> {
    await this.scrapeToldSince(Date.now());
    // It reports a scrape a moment before that is stored, and the next one after that.
    await this.scrapeToldSince(Date.now());
  }

  private async scrapeToldSince(sinceMs: number): Promise<void> {
    const isOld = ({ lastScrape }: ScrapedTarget): boolean => Date.parse(lastScrape) <= sinceMs;
    let targets: readonly ScrapedTarget[];
    do {
      targets = (await this.ask<{ activeTargets: ScrapedTarget[] }>('targets')).activeTargets;
    } while (targets.length === 0 || targets.some(isOld));
  }

  async stop(): Promise<void> {
    const ended = once(this.process, 'close');
    this.process.kill('SIGKILL');
    await ended;
    rmSync(this.folder, { recursive: true });
  }
}
