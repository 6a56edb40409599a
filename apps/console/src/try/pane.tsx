import { FrameList } from './frame-list.js';
import { DIALECT_NAMES, type PaneDialect } from './pane-client.js';
import type { PaneModel, PaneStatus } from './pane-model.js';
import { SayForm } from './say-form.js';
import { TalkList } from './talk-list.js';
import { useChanges } from './use-changes.js';

const STATUSES: Readonly<Record<PaneStatus, string>> = {
  off: 'not connected',
  connecting: 'connecting',
  connected: 'connected',
  cut: 'cut off',
  waiting: 'reconnecting',
  stopped: 'stopped',
};

interface PaneProps {
  readonly model: PaneModel;
  /** The choices; a single one is not shown as a choice. */
  readonly dialects: readonly PaneDialect[];
  /** Instead of the model's own, such as with a script that follows. */
  readonly onCut?: (() => void) | undefined;
}

/** One client: its connection, its messages and its frames. */
export function Pane({ model, dialects, onCut }: PaneProps) {
  useChanges(model.changes);
  const { name, status, fault, settings } = model;
  return (
    <section class="try-pane" aria-label={name}>
      <div class="try-head">
        <h2>{name}</h2>
        <span class={`try-status try-is-${status}`} role="status">
          {STATUSES[status]}
        </span>
        {dialects.length > 1 && (
          <label>
            <span class="unseen">Dialect of {name}</span>
            <select
              value={settings.dialect}
              onChange={({ currentTarget }) => model.change({ dialect: currentTarget.value as PaneDialect })}
            >
              {dialects.map((dialect) => (
                <option key={dialect} value={dialect}>
                  {DIALECT_NAMES[dialect]}
                </option>
              ))}
            </select>
          </label>
        )}
        <Buttons model={model} onCut={onCut ?? (() => model.cut())} />
      </div>
      {fault !== undefined && (
        <p class="try-fault" role="alert">
          {fault}
        </p>
      )}
      <SayForm name={name} onSay={(content) => void model.say(content)} />
      <div class="try-lists">
        <TalkList name={name} lines={model.talk.all} />
        <FrameList name={name} frames={model.frames.all} />
      </div>
    </section>
  );
}

function Buttons({ model, onCut }: { readonly model: PaneModel; readonly onCut: () => void }) {
  const { name } = model;
  return (
    <div class="try-buttons">
      {model.isCut ? (
        <button type="button" class="try-strong" onClick={() => model.mend()}>
          Restore it now<span class="unseen"> ({name})</span>
        </button>
      ) : (
        <button type="button" disabled={model.status !== 'connected'} onClick={onCut}>
          Cut the connection<span class="unseen"> of {name}</span>
        </button>
      )}
      <button type="button" onClick={() => (model.isOn ? model.disconnect() : model.connect())}>
        {model.isOn ? 'Disconnect' : 'Connect'}
        <span class="unseen"> {name}</span>
      </button>
    </div>
  );
}
