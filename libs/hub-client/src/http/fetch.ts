/** The signals of this runtime; a program that is compiled without types of them has none to name. */
export type Signal = typeof globalThis extends { AbortSignal: { prototype: infer Own } } ? Own : unknown;

export interface FetchInit {
  readonly method: string;
  readonly headers: Record<string, string>;
  readonly body?: string;
  readonly redirect: 'manual';
  readonly signal: Signal;
}

/** The bytes of an answer, as far as this client needs them (WHATWG Streams). */
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

/** `fetch` of Node, Deno, Bun, workers and pages, or anything that does the same (WHATWG Fetch). */
export type Fetch = (url: string, init: FetchInit) => Promise<FetchResponse>;
