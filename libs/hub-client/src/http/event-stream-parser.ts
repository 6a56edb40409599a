/** One event of a stream. */
export interface StreamEvent {
  /** Empty for an event without a name. */
  readonly name: string;
  readonly data: string;
  /** Resumes the stream after this event. */
  readonly lastEventId: string;
  /** The last `retry:` between the previous event and this one, in milliseconds. */
  readonly retryMs: number | undefined;
}

/** Maximum characters of an event, including what is not data. */
export const MAX_EVENT_LENGTH = 2 ** 24;

const LINE_END = /[\r\n]/g;
const DIGITS = /^\d+$/;

/**
 * Parses the bytes of an event stream, in chunks of any size (WHATWG HTML, section 9.2.6).
 *
 * Implemented here because the usual package requires a later Node than this library, and has no size limit.
 */
export class EventStreamParser {
  private readonly decoder = new TextDecoder();
  /** The beginning of a line whose end has not arrived yet. */
  private line = '';
  private endedWithCr = false;
  private name = '';
  private data: string[] = [];
  private dataLength = 0;
  private retryMs: number | undefined;
  private nextEventId: string;

  /**
   * @param lastEventId of the stream that this one resumes
   * @param maxLength maximum characters of an event
   */
  constructor(
    private lastEventId = '',
    private readonly maxLength = MAX_EVENT_LENGTH,
  ) {
    this.nextEventId = lastEventId;
  }

  /**
   * @returns the events that are complete now
   * @throws RangeError if an event is too long; the rest of the stream cannot be parsed then
   */
  push(bytes: Uint8Array): StreamEvent[] {
    const text = this.decoder.decode(bytes, { stream: true });
    const events: StreamEvent[] = [];
    let from = this.endedWithCr && text.startsWith('\n') ? 1 : 0;
    if (text !== '') this.endedWithCr = false;
    for (let end = endOfLine(text, from); end !== -1; end = endOfLine(text, from)) {
      this.takeLine(this.line + text.slice(from, end), events);
      this.line = '';
      from = this.behind(text, end);
    }
    this.line += text.slice(from);
    if (this.line.length + this.dataLength > this.maxLength)
      throw new RangeError(`an event has more than ${this.maxLength} characters`);
    return events;
  }

  /** CR LF is a single line end, even if its LF has not arrived yet. */
  private behind(text: string, end: number): number {
    if (text[end] === '\n') return end + 1;
    this.endedWithCr = end + 1 === text.length;
    return text[end + 1] === '\n' ? end + 2 : end + 1;
  }

  private takeLine(line: string, events: StreamEvent[]): void {
    if (line === '') {
      this.dispatch(events);
      return;
    }
    const colon = line.indexOf(':');
    if (colon === -1) this.takeField(line, '');
    else this.takeField(line.slice(0, colon), line.slice(colon + (line[colon + 1] === ' ' ? 2 : 1)));
  }

  /** A comment is a field without a name. */
  private takeField(field: string, value: string): void {
    if (field === 'event') this.name = value;
    if (field === 'id' && !value.includes('\0')) this.nextEventId = value;
    if (field === 'retry' && DIGITS.test(value)) this.retryMs = Number(value);
    if (field !== 'data') return;
    this.data.push(value);
    this.dataLength += value.length + 1;
  }

  private dispatch(events: StreamEvent[]): void {
    const { name, data, retryMs } = this;
    this.lastEventId = this.nextEventId;
    this.name = '';
    if (data.length === 0) return;
    events.push({ name, data: data.join('\n'), lastEventId: this.lastEventId, retryMs });
    this.data = [];
    this.dataLength = 0;
    this.retryMs = undefined;
  }
}

function endOfLine(text: string, from: number): number {
  LINE_END.lastIndex = from;
  return LINE_END.exec(text)?.index ?? -1;
}
