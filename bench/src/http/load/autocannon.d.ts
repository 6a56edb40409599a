/** The part of autocannon that is used; it has no types. */
declare module 'autocannon' {
  interface Options {
    readonly url: string;
    readonly method: 'POST';
    readonly headers: Readonly<Record<string, string>>;
    readonly body: string;
    readonly connections: number;
    /** Total number of requests; it ends when each has its response. */
    readonly amount: number;
    /** How often it checks whether it is done, in milliseconds. */
    readonly sampleInt: number;
    verifyBody(body: string): boolean;
  }

  interface Result {
    readonly '2xx': number;
    readonly non2xx: number;
    /** Connections that broke, and requests without a response in time. */
    readonly errors: number;
    readonly mismatches: number;
  }

  interface Tracker extends PromiseLike<Result> {
    on(event: 'response', listener: () => void): this;
  }

  export default function autocannon(options: Options): Tracker;
}
