const CONTENT = 'x'.repeat(128);
const BATCH = 100;
const CHANNEL = 'main';
export const CHANNEL_PATH = `/v1/channels/${CHANNEL}/messages`;

/** A kind of request that is sent repeatedly. */
export interface HttpLoad {
  readonly name: string;
  readonly summary: string;
  readonly path: string;
  readonly body: string;
  /** Messages per request. */
  readonly messages: number;
  /** Whether a body is the response to a request whose messages were all stored. */
  isAnswer(body: string): boolean;
}

const RESULT = '\\{"id":"[0-9a-zA-Z]+-\\d+","duplicate":false\\}';
const ONE = new RegExp(`^${RESULT}$`);
const ALL = new RegExp(`^\\{"results":\\[${RESULT}(?:,${RESULT}){${BATCH - 1}}\\]\\}$`);

export const HTTP_LOADS: readonly HttpLoad[] = [
  {
    name: 'single',
    summary: 'one message of 128 B in each request',
    path: CHANNEL_PATH,
    body: JSON.stringify({ content: CONTENT }),
    messages: 1,
    isAnswer: (body) => ONE.test(body),
  },
  {
    name: 'batch',
    summary: `${BATCH} messages of 128 B in each request`,
    path: '/v1/messages',
    body: JSON.stringify(Array(BATCH).fill({ channel: CHANNEL, content: CONTENT })),
    messages: BATCH,
    isAnswer: (body) => ALL.test(body),
  },
];
