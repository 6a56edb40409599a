import type { ByteStream, Fetch, FetchInit, FetchResponse } from '@ws-hub/hub-client/http';

/** Controls a client's requests from below, without the client's knowledge. */
export class HttpWire {
  private readonly underWay = new Set<AbortController>();
  private stalled: Promise<void> | undefined;
  private release: () => void = () => undefined;

  readonly fetch: Fetch = async (url, init) => {
    const cutting = new AbortController();
    this.underWay.add(cutting);
    const end = () => this.end(cutting, init.signal.reason);
    init.signal.addEventListener('abort', end, { once: true });
    if (init.signal.aborted) end();
    return this.held(await this.ask(url, init, cutting), cutting);
  };

  stall(): void {
    this.stalled ??= new Promise((resolve) => {
      this.release = resolve;
    });
  }

  resume(): void {
    this.stalled = undefined;
    this.release();
  }

  cut(): void {
    for (const cutting of this.underWay) this.end(cutting, new Error('the connection was cut'));
  }

  private async ask(url: string, init: FetchInit, cutting: AbortController): Promise<FetchResponse> {
    try {
      return await fetch(url, { ...init, signal: cutting.signal });
    } catch (error) {
      this.underWay.delete(cutting);
      throw error;
    }
  }

  /** The answer, of which nothing more is read while the wire is stalled. */
  private held(response: FetchResponse, cutting: AbortController): FetchResponse {
    const { status, headers, body } = response;
    const done = () => this.underWay.delete(cutting);
    const text = async () => {
      await this.stalled;
      return response.text().finally(done);
    };
    return { status, headers, text, body: body && this.heldBody(body) };
  }

  private heldBody(body: ByteStream): ByteStream {
    return {
      getReader: () => {
        const reader = body.getReader();
        const read = async () => {
          await this.stalled;
          return reader.read();
        };
        return { read };
      },
    };
  }

  private end(cutting: AbortController, why: unknown): void {
    this.underWay.delete(cutting);
    cutting.abort(why);
  }
}
