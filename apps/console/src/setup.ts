import type { Setup } from '@ws-hub/console-api';
import { createContext } from 'preact';
import { useContext } from 'preact/hooks';

export const SetupContext = createContext<Setup | undefined>(undefined);

/** What does not change while the hub runs; below the shell it is always there. */
export function useSetup(): Setup {
  const setup = useContext(SetupContext);
  if (setup === undefined) throw new Error('There is no setup outside the shell.');
  return setup;
}
