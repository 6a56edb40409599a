import { type CanActivate, type ExecutionContext, Injectable } from '@nestjs/common';
import { Tokens } from './tokens.js';

/** Lets operators pass: requests with `Authorization: Bearer TOKEN`. */
@Injectable()
export class OperatorGuard implements CanActivate {
  constructor(private readonly tokens: Tokens) {}

  async canActivate(context: ExecutionContext): Promise<boolean> {
    const { headers } = context.switchToHttp().getRequest<{ headers: { authorization?: string } }>();
    const [, token = ''] = /^Bearer (.+)$/.exec(headers.authorization ?? '') ?? [];
    const owner = this.tokens.remembered(token) ?? (await this.tokens.lookUp(token));
    return owner?.isOperator === true;
  }
}
