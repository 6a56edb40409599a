import { readFile } from 'node:fs/promises';
import { Injectable } from '@nestjs/common';

/** Who a user is, and which rooms the user is in. */
export interface Account {
  readonly user: string;
  readonly rooms: readonly string[];
}

interface Row {
  readonly password: string;
  readonly rooms: readonly string[];
}

const TABLE = new URL('../accounts.json', import.meta.url);

/** A stub for your login: passwords in a file. Yours has a session by now, and hashes. */
@Injectable()
export class Accounts {
  async logIn(user: unknown, password: unknown): Promise<Account | undefined> {
    const table = new Map<unknown, Row>(Object.entries(JSON.parse(await readFile(TABLE, 'utf8'))));
    const row = table.get(user);
    if (row === undefined || row.password !== password) return undefined;
    return { user: String(user), rooms: row.rooms };
  }
}
