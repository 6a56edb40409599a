import { type ClientFate, type Explanation, FATES } from '@ws-hub/console-api';
import { escapeText } from '@ws-hub/logging/escape-controls';

const GAP = '  ';
const NOT_RECORDED = 'not recorded';
const HEAD = ['client', 'user', 'hub', 'fate', 'time', 'reason'];

/** A readable answer, line by line. Names chosen by others cannot control the terminal. */
export function reportOf({ message, clients, total, hubs, notes }: Explanation): string[] {
  const rows = clients.map(({ clientId, user = '-', hub, fate, at, reason }) => [
    clientId,
    user,
    hub,
    fate,
    at === undefined ? '-' : timeOf(at),
    reason,
  ]);
  const left = total > clients.length ? `; the first ${clients.length} are above` : '';
  return [
    ...aligned(factsOf(message)),
    '',
    ...(rows.length === 0 ? ['no client is recorded'] : aligned([HEAD, ...rows])),
    '',
    ...aligned([
      ['clients', `${total}${left}`],
      ...totalsOf(clients),
      ['hubs', hubs.join(', ') || 'none'],
      ...notes.map((note) => ['note', note]),
    ]),
  ];
}

function factsOf(message: Explanation['message']): string[][] {
  const { id, channel, clientId, user = '-', timestamp, contentLength, storedIn, hub, ackedAt } = message;
  return [
    ['message', id],
    ['channel', channel],
    ['sender', clientId],
    ['user', user],
    ['said', new Date(timestamp * 1_000).toISOString().replace('.000', '')],
    ['length', `${contentLength} characters`],
    ['stored', storedIn],
    ['taken by', hub === undefined ? NOT_RECORDED : `hub ${hub}`],
    ['acked', ackedAt === undefined ? `${NOT_RECORDED}, or it had no key` : timeOf(ackedAt)],
  ];
}

/** In the order of the contract, without zeros. */
function totalsOf(clients: readonly ClientFate[]): string[][] {
  const counts = FATES.map(
    (fate) => [fate, clients.filter((client) => client.fate === fate).length] as const,
  );
  return counts.filter(([, count]) => count > 0).map(([fate, count]) => [fate, `${count}`]);
}

function timeOf(unixMs: number): string {
  return new Date(unixMs).toISOString();
}

/** Not by a spread: whatever answers on that port decides how many rows there are. */
function widest(rows: readonly (readonly string[])[], at: number): number {
  return rows.reduce((width, row) => Math.max(width, row[at]?.length ?? 0), 0);
}

/** Each column as wide as its widest cell; the last one ends where it ends. */
function aligned(table: readonly (readonly string[])[]): string[] {
  const rows = table.map((row) => row.map(escapeText));
  const widths = (rows[0] ?? []).map((_, at) => widest(rows, at));
  return rows.map((row) =>
    row
      .map((cell, at) => cell.padEnd(widths[at] as number))
      .join(GAP)
      .trimEnd(),
  );
}
