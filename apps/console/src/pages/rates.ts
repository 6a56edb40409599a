import type { ClientRow, Clients } from '@ws-hub/console-api';

/** The count of one connection, when it was taken, and the rate per second. */
interface Counted {
  readonly at: number;
  readonly messagesIn: number;
  readonly perSecond: number | undefined;
}

/** By connection, for the connections on the page. */
export type Rates = ReadonlyMap<string, Counted>;

/** A connection: an id can be used by a later one, and by one on another address. */
export function connectionOf({ clientId, address }: Pick<ClientRow, 'clientId' | 'address'>): string {
  return JSON.stringify([clientId, address]);
}

/** Rates from two answers. An answer that the hub gives again, because it is shared, changes nothing. */
export function ratesAfter(known: Rates, { at, clients }: Pick<Clients, 'at' | 'clients'>): Rates {
  return new Map(
    clients.map((client) => {
      const key = connectionOf(client);
      return [key, countedAfter(known.get(key), at, client.messagesIn)];
    }),
  );
}

function countedAfter(old: Counted | undefined, at: number, messagesIn: number): Counted {
  if (old === undefined || messagesIn < old.messagesIn) return { at, messagesIn, perSecond: undefined };
  if (at <= old.at) return old;
  return { at, messagesIn, perSecond: ((messagesIn - old.messagesIn) * 1000) / (at - old.at) };
}
