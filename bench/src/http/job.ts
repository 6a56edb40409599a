/** One run; the parent's job for the process that sends the requests. */
export interface HttpJob {
  readonly port: number;
  readonly serverPid: number;
  readonly hasLog: boolean;
  readonly apiKey: string;
  readonly load: string;
  readonly connections: number;
  /** In CPU time of the server, where the system reports it. */
  readonly warmUpMs: number;
  readonly measureMs: number;
}

/** Responses that were not as expected. */
export interface HttpFaults {
  /** A status other than 200. */
  readonly refused: number;
  /** Status 200, but without the ids of new messages. */
  readonly misshapen: number;
  /** Requests without a response. */
  readonly unanswered: number;
}

/** The result of one run. */
export interface HttpMeasurement extends HttpFaults {
  readonly seconds: number;
  readonly requests: number;
  readonly requestsPerSecond: number;
  readonly messagesPerSecond: number;
  /** Messages answered with an id, and the growth of the log, if there is one. */
  readonly answered: number;
  readonly stored?: number | undefined;
  /** Of the server's process, all threads; missing where the system does not report it. */
  readonly cpuMicrosPerRequest?: number | undefined;
  readonly messagesPerCpuSecond?: number | undefined;
  readonly serverCpuPercent?: number | undefined;
  readonly generatorCpuPercent: number;
}
