/** One row of the table of close codes (PROTOCOL.md, "Close codes"). */
export interface CloseCode {
  readonly code: number;
  readonly name: string;
  /** Whether a client that was closed with this code reconnects. */
  readonly retry: boolean;
}

/** The close codes that hubs and clients send, and what a client does about each. */
export const CLOSE_CODES: readonly CloseCode[] = [
  { code: 1000, name: 'normal', retry: false },
  { code: 1001, name: 'going away', retry: true },
  { code: 1002, name: 'protocol error', retry: false },
  { code: 1003, name: 'unsupported data', retry: false },
  { code: 1007, name: 'invalid payload', retry: false },
  { code: 1008, name: 'policy violation', retry: false },
  { code: 1009, name: 'message too big', retry: false },
  { code: 1011, name: 'internal error', retry: true },
  { code: 1012, name: 'service restart', retry: true },
  { code: 1013, name: 'try again later', retry: true },
  { code: 4400, name: 'bad hello', retry: false },
  { code: 4401, name: 'unauthorized', retry: false },
  { code: 4403, name: 'forbidden', retry: false },
  { code: 4408, name: 'hello timeout', retry: true },
  { code: 4410, name: 'credentials expired', retry: true },
];

/** The codes that this project uses by name. */
export const CLOSE = {
  normal: 1000,
  unsupportedData: 1003,
  policyViolation: 1008,
  internalError: 1011,
  serviceRestart: 1012,
  tryAgainLater: 1013,
  badHello: 4400,
  unauthorized: 4401,
  forbidden: 4403,
  helloTimeout: 4408,
  credentialsExpired: 4410,
} as const;

const STOP = new Set(CLOSE_CODES.filter((row) => !row.retry).map((row) => row.code));

/** Whether a close code tells a client not to reconnect. Codes outside the table mean retry. */
export function closeMeansStop(code: number): boolean {
  return STOP.has(code);
}
