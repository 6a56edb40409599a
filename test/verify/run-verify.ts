import { execFile } from 'node:child_process';
import { fileURLToPath } from 'node:url';

export const BIN = fileURLToPath(new URL('../../bin/ws-hub.js', import.meta.url));

export interface Ended {
  readonly code: number;
  readonly stdout: string;
  readonly stderr: string;
}

/** Runs `ws-hub verify` to its end. */
export function verify(...flags: string[]): Promise<Ended> {
  return new Promise((resolve) => {
    execFile(process.execPath, [BIN, 'verify', ...flags], { timeout: 50_000 }, (error, stdout, stderr) => {
      resolve({ code: error === null ? 0 : Number(error.code), stdout, stderr });
    });
  });
}

export const SMALL = [
  '--clients',
  '8',
  '--messages',
  '400',
  '--rate',
  '1000',
  '--timeout',
  '10000',
  '--json',
];
