import { readFileSync } from 'node:fs';
import { Module } from '@nestjs/common';
import { Accounts } from './accounts.js';
import { TokenController } from './token.controller.js';
import { TokenIssuer } from './token-issuer.js';

/** The secret that the hub has as well. A trailing newline is ignored, as in the hub. */
function readSecret(): string {
  const { JWT_SECRET_FILE: file } = process.env;
  if (file === undefined) throw new Error('JWT_SECRET_FILE must name the file that holds the secret');
  return readFileSync(file, 'utf8').replace(/\r?\n$/, '');
}

@Module({
  controllers: [TokenController],
  providers: [Accounts, { provide: TokenIssuer, useFactory: () => new TokenIssuer(readSecret()) }],
})
export class AppModule {}
