import { spawnSync } from 'node:child_process';
import { freePort, Program, quantileBetween, scrape } from '@ws-hub/testing';
import { cpuMicros } from '../../bench/src/procfs.js';
import { forgetPeak, residentMb } from '../faults/crowd.js';
import { ApiKeysFile } from './api-keys.js';
import type { Attack } from './attack.js';
import { PasswordFile } from './password-file.js';
import { SlowKeySet } from './slow-key-set.js';

/** The hub's resource usage and counters at a moment. */
export interface Look {
  readonly atMs: number;
  readonly cpuMicros: number;
  readonly residentMb: number;
  readonly peakMb: number;
  readonly metrics: ReadonlyMap<string, number>;
}

/** Maximum delay of the hub's event loop between two looks: the bound of a bucket. @param q such as 0.99 */
export function loopDelayMs(from: Look, to: Look, q: number): number {
  return quantileBetween(from.metrics, to.metrics, 'hub_event_loop_delay_seconds', q) * 1_000;
}

/** A hub in a process of its own, which may not survive. */
export class HubUnderAttack {
  /** How it ended, in words, if it did. */
  ended: string | undefined;

  private constructor(
    private readonly hub: Program,
    readonly port: number,
    readonly adminPort: number,
    private readonly metricsPort: number,
    private readonly keySet: SlowKeySet | undefined,
    private readonly apiKeys: ApiKeysFile | undefined,
    private readonly password: PasswordFile | undefined,
  ) {
    void hub.exited.then(({ code, signal }) => {
      const [error = ''] = /^\w*Error.*$/m.exec(hub.stderr) ?? [];
      this.ended = `the hub ended with ${code ?? signal}: ${error}`;
    });
  }

  static async start(attack: Attack, long: boolean): Promise<HubUnderAttack> {
    const keySet = attack.hasKeySet ? await SlowKeySet.start() : undefined;
    const apiKeys = attack.hasApiKeys ? new ApiKeysFile() : undefined;
    const password = attack.hasConsole ? await PasswordFile.make() : undefined;
    const adminPort = attack.hasConsole ? await freePort() : 0;
    const metricsPort = await freePort();
    const flags = [
      '--port',
      '0',
      '--host',
      '127.0.0.1',
      '--metrics-port',
      String(metricsPort),
      '--admin-port',
      String(adminPort),
    ];
    const env = {
      ...attack.env,
      ...(long ? {} : attack.shortEnv),
      ...keySet?.env,
      ...apiKeys?.env,
      ...password?.env,
    };
    const hub = Program.start(['server', ...flags], env);
    const { port } = await hub.event('listening');
    if (attack.maxFiles !== undefined) limitFiles(hub.process.pid, attack.maxFiles);
    return new HubUnderAttack(hub, Number(port), adminPort, metricsPort, keySet, apiKeys, password);
  }

  get pid(): number {
    return this.hub.process.pid as number;
  }

  /** The first look of a period: peak and delays are reset. */
  async begin(): Promise<Look> {
    forgetPeak(this.pid);
    return this.look();
  }

  private async look(): Promise<Look> {
    const metrics = await scrape(this.metricsPort);
    return {
      atMs: performance.now(),
      cpuMicros: cpuMicros(this.pid) ?? Number.NaN,
      residentMb: residentMb(this.pid),
      peakMb: residentMb(this.pid, 'peak'),
      metrics,
    };
  }

  /** The last look; undefined if the hub has ended. */
  async end(): Promise<Look | undefined> {
    try {
      return await this.look();
    } catch {
      // The error is ignored: `ended` says how it ended.
      await this.hub.exited;
      return undefined;
    }
  }

  async kill(): Promise<void> {
    await this.hub.kill();
    this.keySet?.stop();
    this.apiKeys?.remove();
    this.password?.remove();
  }
}

function limitFiles(pid: number | undefined, max: number): void {
  const { status, stderr } = spawnSync('prlimit', ['--pid', `${pid}`, `--nofile=${max}`]);
  if (status !== 0) throw new Error(`prlimit: ${stderr}`);
}
