/** What became of a request to hear more channels: all of them, or none. */
export type SubscribeOutcome =
  | {
      readonly result: 'subscribed';
      /** From where on they are heard, as text. */
      readonly position: string;
    }
  | { readonly result: 'forbidden'; readonly channels: readonly string[] }
  /** It would hear more channels than a connection may. */
  | { readonly result: 'too_many' };
