import { Agent, request } from 'node:http';

/** What an open page requests, and how often: as the console's pages do (apps/console/src/pages). */
interface Asked {
  readonly path: string;
  readonly everyMs: number;
}

const PAGES: readonly (readonly Asked[])[] = [
  [{ path: '/api/overview', everyMs: 5_000 }],
  [{ path: '/api/hubs', everyMs: 2_000 }],
  [{ path: '/api/channels?order=rate&page=0', everyMs: 2_000 }],
  [{ path: '/api/channels?order=listeners&page=0', everyMs: 2_000 }],
  [{ path: '/api/channels?order=name&search=room-1&page=1', everyMs: 2_000 }],
  [{ path: '/api/clients?page=0', everyMs: 2_000 }],
  [{ path: '/api/clients?by=address&search=127.&page=19', everyMs: 2_000 }],
  [{ path: '/api/clients?by=user&search=alice&page=0', everyMs: 2_000 }],
  [{ path: '/api/slow', everyMs: 2_000 }],
  [{ path: '/api/events?level=info', everyMs: 2_000 }],
];

/** Pages that poll, like ten browsers. Records the duration of each response. */
export class Browsers {
  readonly answersMs: number[] = [];
  private readonly timers: NodeJS.Timeout[] = [];
  private readonly agent = new Agent({ keepAlive: true });

  /** @throws Error if a request fails */
  constructor(
    private readonly port: number,
    private readonly count: number,
    private readonly onFailure: (error: Error) => void,
  ) {}

  open(): void {
    for (let browser = 0; browser < this.count; browser++)
      for (const { path, everyMs } of PAGES[browser % PAGES.length] ?? []) {
        const look = () => void this.ask(path).catch(this.onFailure);
        look();
        this.timers.push(setInterval(look, everyMs));
      }
  }

  close(): void {
    for (const timer of this.timers.splice(0)) clearInterval(timer);
  }

  end(): void {
    this.close();
    this.agent.destroy();
  }

  private async ask(path: string): Promise<void> {
    const began = performance.now();
    const status = await this.statusOf(path);
    this.answersMs.push(performance.now() - began);
    if (status !== 200) throw new Error(`${path} answered ${status}`);
  }

  private statusOf(path: string): Promise<number> {
    return new Promise((resolve, reject) => {
      const asked = request({ port: this.port, path, agent: this.agent }, (answer) => {
        answer.resume();
        answer.once('end', () => resolve(answer.statusCode ?? 0));
      });
      asked.once('error', reject);
      asked.end();
    });
  }
}
