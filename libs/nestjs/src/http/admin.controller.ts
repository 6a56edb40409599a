import { Controller, Inject, Req } from '@nestjs/common';
import type { z } from 'zod';
import { HubService } from '../hub.service.js';
import { HubLogger, type LogFields } from '../logger/hub-logger.js';
import { disconnectBody, revocationBody } from './http.schemas.js';
import { HttpCallers } from './http-callers.js';
import { HTTP_OPTIONS, type HttpOptions } from './http-options.js';
import { badBody } from './http-publishing.js';
import { HttpRequests } from './http-requests.js';
import { type PlatformRequest, rawRequestOf } from './platform.js';
import { RequestBody } from './request-body.js';
import { Route } from './route.js';

const SECOND_MS = 1_000;

/** Disconnects and revocations, on all hubs. */
@Controller()
export class AdminController {
  constructor(
    @Inject(HTTP_OPTIONS) private readonly options: HttpOptions,
    private readonly callers: HttpCallers,
    private readonly requests: HttpRequests,
    private readonly hub: HubService,
    private readonly logger: HubLogger,
  ) {}

  @Route('disconnect')
  async disconnect(@Req() request: PlatformRequest): Promise<void> {
    const { user, client_id: clientId, code, reason } = await this.read(request, disconnectBody);
    this.record(request, 'disconnect', { user, of_client: clientId });
    await this.hub.disconnectEverywhere({ user, clientId }, { code, reason });
  }

  @Route('revocations')
  async revoke(@Req() request: PlatformRequest): Promise<void> {
    const { user, token_id: tokenId, issued_before, until } = await this.read(request, revocationBody);
    this.record(request, 'revocation', { user, token_id: tokenId });
    await this.hub.revoke({ user, tokenId, issuedBefore: timeOf(issued_before), until: timeOf(until) });
  }

  /** Logs the caller. The affected connections are logged elsewhere. */
  private record(request: PlatformRequest, action: string, fields: LogFields): void {
    const { clientId: client_id, remoteAddress: remote_address } = this.callers.callerOf(
      rawRequestOf(request),
    );
    this.logger.info(
      { event: 'admin_request', client_id, remote_address, action, ...fields },
      'admin request',
    );
  }

  private async read<Schema extends z.ZodType>(
    request: PlatformRequest,
    schema: Schema,
  ): Promise<z.output<Schema>> {
    const caller = this.callers.callerOf(rawRequestOf(request));
    caller.mustBeAdmin();
    this.requests.count(caller);
    return RequestBody.read(request, this.options.maxHttpBody, (body) => {
      this.callers.mustStillCount(caller);
      const { data, error } = schema.safeParse(body.json());
      if (error !== undefined) throw badBody(error);
      return data;
    });
  }
}

/** @param seconds Unix time */
function timeOf(seconds: number | undefined): Date | undefined {
  return seconds === undefined ? undefined : new Date(seconds * SECOND_MS);
}
