import { describe, expect, test } from '@jest/globals';
import {
  CLIENT_ID_HEADER,
  CLOSE_CODES,
  DEFAULT_CHANNEL,
  HUB_PATH,
  httpStatusMeansStop,
} from '@ws-hub/protocol';
import { read, tableRows } from './repository.js';

const page = read('PROTOCOL.md');

describe('PROTOCOL.md', () => {
  test('has the close codes of the code, and what a client does about each', () => {
    const rows = tableRows(page, 'code', 'name', 'when', 'client').filter(([code]) =>
      /^\d+$/.test(code ?? ''),
    );
    const told = rows.map(([code, name, , client]) => ({
      code: Number(code),
      name,
      retry: client?.startsWith('retry'),
    }));
    expect(told).toEqual(CLOSE_CODES);
  });

  test('has the HTTP answers that mean stop, and no other', () => {
    const rows = tableRows(page, 'status', 'when', 'client');
    const stop = rows.filter(([, , client]) => client === 'stop').map(([status]) => Number(status));
    const all = Array.from({ length: 600 }, (_, status) => status).filter(httpStatusMeansStop);
    expect(stop).toEqual(all);
  });

  test.each([HUB_PATH, CLIENT_ID_HEADER, `\`${DEFAULT_CHANNEL}\``])('names %s', (word) => {
    expect(page).toContain(word);
  });
});
