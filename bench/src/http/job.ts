/** One run, as the parent hands it to the process that sends the requests. */
export interface HttpJob {
  readonly port: number;
  readonly serverPid: number;
  readonly hasLog: boolean;
  readonly apiKey: string;
  readonly load: string;
  readonly connections: number;
  /** Of the server's CPU, where the system tells it. */
  readonly warmUpMs: number;
  readonly measureMs: number;
}

/** Answers that were not as they should be. */
export interface HttpFaults {
  /** Other than 200. */
  readonly refused: number;
  /** 200, but not with the ids of new messages. */
  readonly misshapen: number;
  /** Requests that got no answer. */
  readonly unanswered: number;
}

/** What one run measured. */
export interface HttpMeasurement extends HttpFaults {
  readonly seconds: number;
  readonly requests: number;
  readonly requestsPerSecond: number;
  readonly messagesPerSecond: number;
  /** Messages that were answered with an id, and by how much the log has grown; the latter where there is one. */
  readonly answered: number;
  readonly stored?: number | undefined;
  /** Of the server's process, all threads; missing where the system does not tell. */
  readonly cpuMicrosPerRequest?: number | undefined;
  readonly messagesPerCpuSecond?: number | undefined;
  readonly serverCpuPercent?: number | undefined;
  readonly generatorCpuPercent: number;
}
