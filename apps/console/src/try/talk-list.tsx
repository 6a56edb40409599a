import { timeOfDay } from './clock.js';
import { useFollow } from './follow.js';
import { MAX_LINES, type SayState, type TalkLine } from './talk.js';

const STATES: Readonly<Record<SayState, string>> = {
  sending: 'on its way',
  sent: 'sent',
  stored: 'stored',
  failed: 'not sent',
};

/** Characters of a client's id that are shown; the rest is in its title. */
const ID_LENGTH = 8;

/** The messages that one client sent and received. */
export function TalkList({ name, lines }: { readonly name: string; readonly lines: readonly TalkLine[] }) {
  const { list, onScroll } = useFollow(lines);
  return (
    <section class="try-talk" aria-label={`${name}: messages`}>
      <div class="try-list-head">
        <h3>Messages</h3>
      </div>
      <ol
        ref={list}
        onScroll={onScroll}
        class="try-list"
        // biome-ignore lint/a11y/noNoninteractiveTabindex: what scrolls has to be in reach of the keyboard
        tabIndex={0}
        aria-label={`The last ${MAX_LINES} messages of ${name}`}
      >
        {lines.length === 0 && <li class="try-remark">No messages yet.</li>}
        {lines.map((line) => (
          <TalkRow key={line.seq} line={line} />
        ))}
      </ol>
    </section>
  );
}

function TalkRow({ line }: { readonly line: TalkLine }) {
  if (line.kind === 'note') return <li class="try-remark">{line.content}</li>;
  const time = <time>{timeOfDay(line.at)}</time>;
  if (line.kind === 'heard')
    return (
      <li class="try-heard">
        <div class="try-who">
          <span title={line.who}>
            {line.who.length > 2 * ID_LENGTH ? `${line.who.slice(0, ID_LENGTH)}…` : line.who}
          </span>
          {time}
          {line.isReplay && <span class="try-badge">replayed</span>}
        </div>
        <div class="try-content">{line.content}</div>
      </li>
    );
  return (
    <li class="try-said">
      <div class="try-who">
        <span>you</span>
        {time}
        <span class={line.state === 'failed' ? 'try-failed' : ''}>{STATES[line.state]}</span>
      </div>
      <div class="try-content">{line.content}</div>
      {line.why !== undefined && <div class="try-failed">{line.why}</div>}
    </li>
  );
}
