import { existsSync, readFileSync } from 'node:fs';
import type { HubMetrics } from '@ws-hub/nestjs';

const US_PER_S = 1e6;
const MS_PER_S = 1_000;

/**
 * Metrics of the process, under their usual names. Only for a process of the hub's own: an application has such metrics
 * already, and a registry takes each name once. The default metrics of prom-client would add forty more, and an
 * observer of the garbage collector.
 *
 * @param engine what keeps the log
 */
export function watchProcess(instruments: HubMetrics['instruments'], engine: string): void {
  const labels = { version: versionOfThis(), engine };
  const info = instruments.gauge('hub_info', 'Which hub this is; always 1.', ['version', 'engine']);
  info.set(labels, 1);
  const startedS = Math.round(Date.now() / MS_PER_S - process.uptime());
  const start = 'Start time of the process, in seconds of Unix time.';
  instruments.momentary('process_start_time_seconds', start, () => startedS);
  instruments.running('process_cpu_seconds_total', 'CPU time of the process.', cpuSeconds);
  const resident = 'Memory of the process in RAM.';
  instruments.momentary('process_resident_memory_bytes', resident, () => process.memoryUsage.rss());
  const heap = 'JavaScript heap in use.';
  instruments.momentary('nodejs_heap_size_used_bytes', heap, () => process.memoryUsage().heapUsed);
  const total = 'Reserved JavaScript heap.';
  instruments.momentary('nodejs_heap_size_total_bytes', total, () => process.memoryUsage().heapTotal);
}

function cpuSeconds(): number {
  const { user, system } = process.cpuUsage();
  return (user + system) / US_PER_S;
}

/** Of the package that this file is in, which is deeper below it where it was built. */
function versionOfThis(): string {
  let file = new URL('package.json', import.meta.url);
  while (!existsSync(file)) {
    const above = new URL('../package.json', file);
    if (above.href === file.href) return 'unknown';
    file = above;
  }
  const { version } = JSON.parse(readFileSync(file, 'utf8')) as { version?: string };
  return version ?? 'unknown';
}
