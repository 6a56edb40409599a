/** What is used of autocannon, which brings no types. */
declare module 'autocannon' {
  interface Options {
    readonly url: string;
    readonly method: 'POST';
    readonly headers: Readonly<Record<string, string>>;
    readonly body: string;
    readonly connections: number;
    /** Requests in all; it ends when each has its answer. */
    readonly amount: number;
    /** Milliseconds between its looks at whether it is done. */
    readonly sampleInt: number;
    verifyBody(body: string): boolean;
  }

  interface Result {
    readonly '2xx': number;
    readonly non2xx: number;
    /** Connections that broke, and requests without an answer in time. */
    readonly errors: number;
    readonly mismatches: number;
  }

  interface Tracker extends PromiseLike<Result> {
    on(event: 'response', listener: () => void): this;
  }

  export default function autocannon(options: Options): Tracker;
}
