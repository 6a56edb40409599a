import { readFile } from 'node:fs/promises';
import { Injectable, Module } from '@nestjs/common';

/** Whom a token belongs to. */
export interface Owner {
  readonly clientId: string;
  readonly isOperator?: boolean;
}

const TABLE = new URL('../tokens.json', import.meta.url);

/** A stub for your database: tokens in a file, which are remembered once they were found. */
@Injectable()
export class Tokens {
  private readonly found = new Map<string, Owner>();

  /** The owner, if the token was looked up before. */
  remembered(token: string): Owner | undefined {
    return this.found.get(token);
  }

  async lookUp(token: string): Promise<Owner | undefined> {
    const table = new Map<string, Owner>(Object.entries(JSON.parse(await readFile(TABLE, 'utf8'))));
    const owner = table.get(token);
    // Only what exists, so that guessing does not fill the memory.
    if (owner !== undefined) this.found.set(token, owner);
    return owner;
  }
}

@Module({ providers: [Tokens], exports: [Tokens] })
export class TokensModule {}
