import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { readFileSync, writeFileSync } from 'node:fs';
import { connect } from 'node:net';
import { type Certificate, freePort, nextTurn } from '@ws-hub/testing';

/** A real HAProxy that speaks HTTP/2 over TLS to browsers, and HTTP/1.1 to a hub. */
export class Haproxy {
  private constructor(
    private readonly child: ChildProcess,
    readonly url: string,
  ) {}

  /** @param target the hub's port on loopback */
  static async before(target: number, program: string, { cert, key }: Certificate): Promise<Haproxy> {
    const port = await freePort();
    const [pem, config] = [`${cert}.pem`, `${cert}.cfg`];
    writeFileSync(pem, readFileSync(cert, 'utf8') + readFileSync(key, 'utf8'));
    writeFileSync(config, configOf(port, target, pem));
    const child = spawn(program, ['-db', '-f', config], { stdio: 'ignore' });
    const isThere = () =>
      new Promise<boolean>((resolve) => {
        const socket = connect(port, '127.0.0.1');
        socket.on('connect', () => resolve(true)).on('error', () => resolve(false));
        socket.on('close', () => socket.destroy()).on('connect', () => socket.destroy());
      });
    while (child.exitCode === null && !(await isThere())) await nextTurn();
    return new Haproxy(child, `https://127.0.0.1:${port}`);
  }

  async end(): Promise<void> {
    this.child.kill('SIGKILL');
    await once(this.child, 'exit');
  }
}

function configOf(port: number, target: number, pem: string): string {
  return `
defaults
  mode http
  timeout connect 5s
  timeout client 90s
  timeout server 90s
frontend browsers
  bind 127.0.0.1:${port} ssl crt ${pem} alpn h2,http/1.1
  default_backend hubs
backend hubs
  server hub 127.0.0.1:${target}
`;
}
