import { useState } from 'preact/hooks';
import { exactTimeOfDay } from './clock.js';
import { useFollow } from './follow.js';
import { type Direction, type Frame, MAX_FRAMES } from './frame-log.js';
import { prettyJson } from './pretty-json.js';

const ARROWS: Readonly<Record<Direction, string>> = { out: '→', in: '←', note: '·' };
const WORDS: Readonly<Record<Direction, string>> = { out: 'sent', in: 'received', note: 'note' };

/** The wire of one client, frame by frame. */
export function FrameList({ name, frames }: { readonly name: string; readonly frames: readonly Frame[] }) {
  const [isPretty, setPretty] = useState(false);
  const { list, onScroll } = useFollow(frames);
  return (
    <section class="try-frames" aria-label={`${name}: frames`}>
      <div class="try-list-head">
        <h3>Frames</h3>
        <label class="try-check">
          <input type="checkbox" checked={isPretty} onChange={() => setPretty(!isPretty)} /> Pretty JSON
        </label>
      </div>
      <ol
        ref={list}
        onScroll={onScroll}
        class="try-list"
        // biome-ignore lint/a11y/noNoninteractiveTabindex: what scrolls has to be in reach of the keyboard
        tabIndex={0}
        aria-label={`The last ${MAX_FRAMES} frames of ${name}`}
      >
        {frames.map((frame) => (
          <FrameRow key={frame.seq} frame={frame} isPretty={isPretty} />
        ))}
      </ol>
    </section>
  );
}

function FrameRow({ frame, isPretty }: { readonly frame: Frame; readonly isPretty: boolean }) {
  const { direction, type, meaning, isReplay, text, length } = frame;
  const cut = length > text.length ? ` … (${length} characters)` : '';
  const isNote = direction === 'note';
  return (
    <li class={`try-frame try-${direction}${isReplay || meaning ? ' try-told' : ''}`}>
      <div class="try-frame-head">
        <span class="try-arrow" aria-hidden="true">
          {ARROWS[direction]}
        </span>
        <span class="unseen">{WORDS[direction]}</span>
        {isNote ? <span>{text}</span> : <b>{type ?? 'text'}</b>}
        {meaning !== undefined && <em>{meaning}</em>}
        <time>{exactTimeOfDay(frame.at)}</time>
      </div>
      {!isNote && (
        <code>
          {isPretty ? prettyJson(text) : text}
          {cut}
        </code>
      )}
    </li>
  );
}
