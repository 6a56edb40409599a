import type { ComponentChildren } from 'preact';
import { useEffect, useId, useRef, useState } from 'preact/hooks';
import { Notice } from './notice.js';

interface Props {
  readonly title: string;
  /** The label of the button that does it. */
  readonly confirm: string;
  readonly onConfirm: () => Promise<void>;
  readonly onClose: () => void;
  readonly children: ComponentChildren;
}

/** Asks for confirmation. It opens when it is rendered, and shows why the action failed. */
export function Dialog({ title, confirm, onConfirm, onClose, children }: Props) {
  const dialog = useRef<HTMLDialogElement>(null);
  const id = useId();
  const [problem, setProblem] = useState<string>();
  const [isBusy, setBusy] = useState(false);
  useEffect(() => dialog.current?.showModal(), []);
  const go = async () => {
    setBusy(true);
    // Closed as by hand, so that the focus goes back to where it was.
    await onConfirm().then(
      () => dialog.current?.close(),
      (error: Error) => setProblem(error.message),
    );
    setBusy(false);
  };
  return (
    <dialog ref={dialog} aria-labelledby={id} onClose={onClose}>
      <div class="stack">
        <h2 id={id}>{title}</h2>
        {children}
        {problem !== undefined && (
          <Notice kind="bad" isUrgent>
            {problem}
          </Notice>
        )}
        <div class="row end">
          <button type="button" onClick={() => dialog.current?.close()}>
            Cancel
          </button>
          <button type="button" class="danger" disabled={isBusy} onClick={go}>
            {confirm}
          </button>
        </div>
      </div>
    </dialog>
  );
}
