import { Controller, Get, Inject, NotFoundException, Param, Req, Res } from '@nestjs/common';
import { HUB_PATH } from '@ws-hub/protocol';
import type { FastifyReply, FastifyRequest } from 'fastify';
import { SERVER_CONFIG, type ServerConfig } from '../config/server.config.js';
import { filesOfPage, PAGE_POLICY, type PageFile, readPageFiles } from './page-files.js';

const PAGE = '/playground.html';
const LINE = `This is ws-hub, a hub for WebSockets: connect to ${HUB_PATH}\n`;
const TEXT = 'text/plain; charset=utf-8';
const HEADERS = {
  'Content-Security-Policy': Object.entries(PAGE_POLICY)
    .map(([name, sources]) => `${name} ${sources.join(' ')}`)
    .join(';'),
  'X-Content-Type-Options': 'nosniff',
  'Referrer-Policy': 'no-referrer',
  'Cross-Origin-Opener-Policy': 'same-origin',
};

/** The page at the hub's own port in a browser: the playground, or a line that says what this is. */
@Controller()
export class RootController {
  private readonly files: ReadonlyMap<string, PageFile>;

  constructor(@Inject(SERVER_CONFIG) { playground }: ServerConfig) {
    this.files = playground === 'true' ? filesOfPage(readPageFiles(), PAGE) : new Map();
  }

  @Get()
  root(@Req() request: FastifyRequest, @Res() reply: FastifyReply): void {
    const page = this.files.get('/');
    if (page !== undefined) send(page, request, reply);
    else
      reply
        .headers({ ...HEADERS, 'Cache-Control': 'no-store' })
        .type(TEXT)
        .send(LINE);
  }

  @Get('assets/:name')
  asset(@Param('name') name: string, @Req() request: FastifyRequest, @Res() reply: FastifyReply): void {
    const file = this.files.get(`/assets/${name}`);
    if (file === undefined) throw new NotFoundException();
    send(file, request, reply);
  }
}

function send(
  { body, type, etag, cacheControl }: PageFile,
  { headers }: FastifyRequest,
  reply: FastifyReply,
): void {
  reply.headers({ ...HEADERS, ETag: etag, 'Cache-Control': cacheControl }).type(type);
  if (headers['if-none-match'] === etag) reply.code(304).send();
  else reply.send(body);
}
