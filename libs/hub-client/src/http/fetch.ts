/** The AbortSignal of this runtime. A program that is compiled without its types cannot pass one. */
export type Signal = typeof globalThis extends { AbortSignal: { prototype: infer Own } } ? Own : unknown;

export interface FetchInit {
  readonly method: string;
  readonly headers: Record<string, string>;
  readonly body?: string;
  readonly redirect: 'manual';
  readonly signal: Signal;
}

/** The part of a ReadableStream that this client uses (WHATWG Streams). */
export interface ByteStream {
  getReader(): {
    read(): Promise<{ readonly done: boolean; readonly value?: Uint8Array | undefined }>;
  };
}

export interface FetchResponse {
  readonly status: number;
  readonly headers: { get(name: string): string | null };
  readonly body: ByteStream | null;
  text(): Promise<string>;
}

/** `fetch` of Node, Deno, Bun, workers and pages, or a compatible function (WHATWG Fetch). */
export type Fetch = (url: string, init: FetchInit) => Promise<FetchResponse>;
