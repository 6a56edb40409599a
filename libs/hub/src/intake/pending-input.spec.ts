import { beforeEach, describe, expect, test } from '@jest/globals';
import { WorkQueue } from '../backpressure/work-queue.js';
import { PendingInput, type Sender } from './pending-input.js';

describe('input that waits', () => {
  let sender: { mustWait: boolean; hasBeenEnded: boolean };
  let queue: WorkQueue;
  let handled: string[];
  let pending: PendingInput<Sender>;
  /** Called when a message is handled. */
  let onMessage: () => void;
  beforeEach(() => {
    sender = { mustWait: false, hasBeenEnded: false };
    queue = new WorkQueue();
    handled = [];
    onMessage = () => undefined;
    pending = new PendingInput<Sender>(sender, {
      enqueue: (_sender, worker) => queue.add(worker),
      handle: (_sender, data) => {
        handled.push(data.toString());
        onMessage();
      },
      emptied: () => handled.push('emptied'),
      failed: () => handled.push('failed'),
    });
  });

  function add(...texts: string[]): void {
    for (const text of texts) pending.add(Buffer.from(text));
  }
  function workAll(): string[] {
    while (queue.size > 0) queue.workOnce();
    return handled.splice(0);
  }

  test('is handled in its order, a message at each turn that it gets', () => {
    add('a', 'b', 'c');
    queue.workOnce();
    expect(handled).toEqual(['a']);
    expect(workAll()).toEqual(['a', 'b', 'c', 'emptied']);
  });

  test('waits while its client has to wait for something else, and is queued once', () => {
    add('a', 'b');
    onMessage = () => {
      sender.mustWait = true;
    };
    expect(workAll()).toEqual(['a']);
    pending.wake();
    expect(queue.size).toBe(0);
    sender.mustWait = false;
    pending.wake();
    pending.wake();
    expect(queue.size).toBe(1);
    expect(workAll()).toEqual(['b', 'emptied']);
  });

  test('does nothing more after the last message, also if that wakes it', () => {
    add('a');
    onMessage = () => pending.wake();
    expect(workAll()).toEqual(['a', 'emptied']);
    expect(queue.size).toBe(0);
  });

  test('is dropped when the hub ends the connection, unless all of it came before that', () => {
    add('a', 'b');
    onMessage = () => {
      sender.hasBeenEnded = true;
    };
    expect(workAll()).toEqual(['a', 'emptied']);
    add('c', 'd');
    pending.outlivesEnd = true;
    expect(workAll()).toEqual(expect.arrayContaining(['c', 'd', 'emptied']));
  });
});
