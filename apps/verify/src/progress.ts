import type { VerifyConfig } from './config/verify.config.js';
import type { FaultInjector } from './fault-injector.js';
import type { Ledger } from './ledger.js';
import type { Participant } from './participant.js';

const EVERY_MS = 1_000;
const CLEAR_LINE = '\r\u001b[K';

/** Tells on stderr how far the test is: one line that changes on a terminal, else one a second. */
export class Progress {
  private readonly timer: NodeJS.Timeout;

  constructor(
    config: VerifyConfig,
    private readonly ledger: Ledger,
    private readonly participants: readonly Participant[],
    private readonly faults: FaultInjector,
    isV1: boolean,
  ) {
    const dialect = isV1
      ? 'hub.v1'
      : 'plain: no connections are cut, because plain promises nothing across a reconnect';
    process.stderr.write(
      `${config.clients} clients via ${config.via.join(', ')}, ${config.messages} messages at ${config.rate}/s, ${dialect}\n`,
    );
    this.timer = setInterval(() => this.show(), EVERY_MS);
  }

  end(): void {
    clearInterval(this.timer);
    if (process.stderr.isTTY) process.stderr.write(CLEAR_LINE);
  }

  private show(): void {
    const { ledger, participants, faults } = this;
    const connected = participants.filter(({ isConnected }) => isConnected).length;
    const heard = participants.reduce((sum, each) => sum + each.heard.length, 0);
    const line =
      `published ${ledger.said.length}, unanswered ${ledger.count('pending')}, received ${heard}, ` +
      `connected ${connected}, cuts ${faults.cuts} (${faults.cutsInFlight} in flight), restarts ${faults.restarts}`;
    process.stderr.write(process.stderr.isTTY ? `${CLEAR_LINE}${line}` : `${line}\n`);
  }
}
