import { AnsweringServer, type Asked, type Behaviour } from './answering-server.js';
import { Inbox } from './inbox.js';

/** A webhook event as received. */
export interface ReceivedEvent {
  readonly id: string;
  readonly type: string;
  readonly timestamp: string;
  readonly data: { readonly channel: string; readonly content?: string; readonly id?: string };
}

const TAKES: Behaviour = () => ({ body: '' });

/** A webhook receiver that keeps the events it has accepted, including duplicates. */
export class EventReceiver {
  /** All accepted events, in order of arrival. */
  readonly taken: ReceivedEvent[] = [];
  /** Events in requests that were not accepted. */
  readonly refused: ReceivedEvent[] = [];
  readonly events = new Inbox<ReceivedEvent>();

  private constructor(
    readonly server: AnsweringServer,
    private answer: Behaviour,
  ) {
    server.behaviour = (asked) => this.judge(asked);
  }

  static async start(): Promise<EventReceiver> {
    return new EventReceiver(await AnsweringServer.start(TAKES), TAKES);
  }

  get url(): string {
    return this.server.url;
  }

  /** Sets the behaviour from now on. */
  answers(behaviour: Behaviour): void {
    this.answer = behaviour;
  }

  /** Accepts everything from now on. */
  recover(): void {
    this.answer = TAKES;
  }

  /** The contents of the messages of a channel, without duplicates. */
  contents(channel: string): (string | undefined)[] {
    const seen = new Set<string>();
    return this.taken
      .filter(({ id, type, data }) => type === 'message' && data.channel === channel && isNew(seen, id))
      .map(({ data }) => data.content);
  }

  async stop(): Promise<void> {
    await this.server.stop();
  }

  private async judge(asked: Asked) {
    const { events } = JSON.parse(asked.body) as { events: ReceivedEvent[] };
    const answer = await this.answer(asked);
    const isTaken = answer !== 'silence' && (answer.status ?? 200) < 300;
    (isTaken ? this.taken : this.refused).push(...events);
    if (isTaken) for (const event of events) this.events.push(event);
    return answer;
  }
}

function isNew(seen: Set<string>, id: string): boolean {
  if (seen.has(id)) return false;
  seen.add(id);
  return true;
}
