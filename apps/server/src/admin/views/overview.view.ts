import { Injectable } from '@nestjs/common';
import { z } from 'zod';
import { type ConsoleView, consoleRoute } from '../console-route.js';
import { Sampler } from './sampler.js';

const query = z.object({ after: z.coerce.number().min(0).default(0) });

/** How this hub is, and how it was in the last hour. */
@Injectable()
export class OverviewView implements ConsoleView {
  constructor(private readonly sampler: Sampler) {}

  readonly routes = [
    consoleRoute({
      method: 'GET',
      path: '/overview',
      query,
      answer: ({ query: { after } }) => this.sampler.overview(after),
    }),
  ];
}
