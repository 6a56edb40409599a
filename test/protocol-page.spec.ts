import { describe, expect, test } from '@jest/globals';
import { CLIENT_SCHEMAS, HUB_SCHEMAS } from '@ws-hub/nestjs/schemas';
import {
  CLIENT_ID_HEADER,
  CLOSE_CODES,
  DEFAULT_CHANNEL,
  HUB_PATH,
  httpStatusMeansStop,
} from '@ws-hub/protocol';
import type { ZodObject } from 'zod';
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

  test('has the messages of hub.v1 with their fields, and no other', () => {
    const rows = tableRows(page, 'direction', 'type', 'fields', 'meaning');
    const told = (who: RegExp) =>
      rows.filter(([direction = '']) => who.test(direction)).map(([, type, fields]) => [word(type), fields]);
    expect(told(/client →|both/).toSorted()).toEqual(fieldsOf(CLIENT_SCHEMAS));
    expect(told(/hub →|both/).toSorted()).toEqual(fieldsOf(HUB_SCHEMAS));
  });

  test.each([HUB_PATH, CLIENT_ID_HEADER, `\`${DEFAULT_CHANNEL}\``])('names %s', (word) => {
    expect(page).toContain(word);
  });
});

function word(cell = ''): string {
  return cell.replaceAll('`', '');
}

/** Type and fields of each schema, as the table writes them. */
function fieldsOf(schemas: Readonly<Record<string, ZodObject>>): string[][] {
  const rows = Object.entries(schemas).map(([type, { shape }]) => {
    const fields = Object.entries(shape).filter(([name]) => name !== 'type');
    return [type, fields.map(([name, field]) => `\`${name}${field.isOptional() ? '?' : ''}\``).join(', ')];
  });
  return rows.toSorted();
}
