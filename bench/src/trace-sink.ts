import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';

let url: string | undefined;

/** A trace collector that discards what it gets, for the lifetime of this process. */
export function traceSink(): string {
  url ??= listenForTraces();
  return url;
}

function listenForTraces(): string {
  const server = createServer((request, response) => {
    request.resume().on('end', () => response.end());
  });
  // Without a host, so that the port is known at once.
  server.listen(0).unref();
  return `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
}
