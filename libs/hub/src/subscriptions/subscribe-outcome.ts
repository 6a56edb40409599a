/** The result of a request to subscribe to more channels: all of them, or none. */
export type SubscribeOutcome =
  | {
      readonly result: 'subscribed';
      /** From where on they are delivered, as text. */
      readonly position: string;
    }
  | { readonly result: 'forbidden'; readonly channels: readonly string[] }
  /** It would exceed the maximum number of channels per connection. */
  | { readonly result: 'too_many' };
