import { afterAll, afterEach } from '@jest/globals';
import { type HubProgram, startHubProgram } from '@ws-hub/testing';

/** Hubs for the tests of one `describe`, in which it is called; what a test starts ends with it. */
export function useHubs() {
  const ends: (() => unknown)[] = [];
  let shared: HubProgram | undefined;
  afterEach(async () => {
    for (const end of ends.splice(0).reverse()) await end();
  });
  afterAll(() => shared?.hub.kill());

  return {
    /** @param end is done at the end of the test, the last one first */
    endLater(end: () => unknown): void {
      ends.push(end);
    },

    /** A hub of which a test needs nothing but that it is there: one for all of them. */
    async anyHub(): Promise<HubProgram> {
      shared ??= await startHubProgram();
      return shared;
    },

    /** A hub of the test's own. */
    async startHub(...flags: string[]): Promise<HubProgram> {
      const program = await startHubProgram(...flags);
      ends.push(() => program.hub.kill());
      return program;
    },
  };
}
