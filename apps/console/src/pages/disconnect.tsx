import type { ClientRow, Disconnect } from '@ws-hub/console-api';
import { useState } from 'preact/hooks';
import { post } from '../api.js';
import { Dialog } from '../parts/dialog.js';
import { Name } from '../parts/name.js';
import { Notice } from '../parts/notice.js';
import { useSetup } from '../setup.js';

/** Ends connections of a client or of its user, on all hubs, after asking whether that is meant. */
export function DisconnectClient({ client }: { readonly client: ClientRow }) {
  const [wanted, setWanted] = useState<Disconnect>();
  const [isDone, setDone] = useState(false);
  if (useSetup().isReadonly) return <ReadOnly />;
  const end = async () => {
    await post('/clients/disconnect', wanted);
    setDone(true);
  };
  return (
    <div class="row">
      <button type="button" class="danger" onClick={() => setWanted({ clientId: client.clientId })}>
        Disconnect this client…
      </button>
      {client.user !== undefined && (
        <button type="button" class="danger" onClick={() => setWanted({ user: client.user })}>
          Disconnect this user everywhere…
        </button>
      )}
      {isDone && <Notice kind="good">All hubs were told to disconnect.</Notice>}
      {wanted !== undefined && <Sure wanted={wanted} onSure={end} onClose={() => setWanted(undefined)} />}
    </div>
  );
}

function ReadOnly() {
  return (
    <p class="muted small">
      Clients cannot be disconnected here: this console is read-only. Start the hub with{' '}
      <span class="mono">ADMIN_READONLY=false</span> to allow it.
    </p>
  );
}

interface SureProps {
  readonly wanted: Disconnect;
  readonly onSure: () => Promise<void>;
  readonly onClose: () => void;
}

function Sure({ wanted: { clientId, user }, onSure, onClose }: SureProps) {
  return (
    <Dialog
      title={user === undefined ? 'Disconnect this client?' : 'Disconnect this user?'}
      confirm="Disconnect"
      onConfirm={onSure}
      onClose={onClose}
    >
      <p>
        Ends each connection of {user === undefined ? 'the client' : 'the user'}{' '}
        <strong>
          <Name isWhole>{user ?? clientId ?? ''}</Name>
        </strong>{' '}
        on all hubs. It may connect again at once.
      </p>
    </Dialog>
  );
}
