import { Body, Controller, Header, HttpCode, Post, UnauthorizedException } from '@nestjs/common';
import { Accounts } from './accounts.js';
import { TokenIssuer } from './token-issuer.js';

@Controller('token')
export class TokenController {
  constructor(
    private readonly accounts: Accounts,
    private readonly issuer: TokenIssuer,
  ) {}

  /** A token for the user who is logged in, requested at each connect and again before it expires. */
  @Post()
  @HttpCode(200)
  @Header('Cache-Control', 'no-store')
  async issue(@Body() body: { user?: unknown; password?: unknown }): Promise<{ token: string }> {
    const account = await this.accounts.logIn(body?.user, body?.password);
    if (account === undefined) throw new UnauthorizedException('wrong user or password');
    return { token: await this.issuer.issue(account) };
  }
}
