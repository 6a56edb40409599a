import { Program } from './program.js';

/** A hub in a process of its own. */
export interface HubProgram {
  readonly hub: Program;
  readonly port: number;
  readonly url: string;
}

/** Starts a hub on a free port on loopback, without metrics unless a flag enables them. */
export async function startHubProgram(...flags: string[]): Promise<HubProgram> {
  const args = ['--port', '0', '--host', '127.0.0.1', '--metrics-port', '0', ...flags];
  const hub = Program.start(['server', ...args]);
  const port = Number((await hub.event('listening')).port);
  return { hub, port, url: `ws://127.0.0.1:${port}/ws` };
}
