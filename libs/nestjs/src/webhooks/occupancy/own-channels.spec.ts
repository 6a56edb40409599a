import { beforeEach, expect, test } from '@jest/globals';
import { type ChannelsOfHub, OwnChannels } from './own-channels.js';

const ROOM = 3;

/** A hub with listeners on these channels. */
class Hub implements ChannelsOfHub {
  readonly heard = new Set<string>();

  channels(): Iterable<string> {
    return this.heard;
  }

  listenersOn(channel: string): number {
    return this.heard.has(channel) ? 1 : 0;
  }
}

let hub: Hub;
let full: number[];
let own: OwnChannels;
beforeEach(() => {
  hub = new Hub();
  full = [];
  own = new OwnChannels(
    hub,
    (channel) => channel !== 'unwanted',
    (watched) => full.push(watched),
    ROOM,
  );
});

function occupy(...channels: string[]): void {
  for (const channel of channels) {
    hub.heard.add(channel);
    own.channelOccupied(channel);
  }
}
function vacate(...channels: string[]): void {
  for (const channel of channels) {
    hub.heard.delete(channel);
    own.channelVacated(channel);
  }
}

test('finds at its first look what was there before it', () => {
  hub.heard.add('a');
  expect(own.look()).toEqual({ on: ['a'], off: [] });
  expect(own.look()).toEqual({ on: [], off: [] });
});

test('reports what has changed between two looks, and nothing that changed back', () => {
  occupy('a', 'b', 'unwanted');
  vacate('b');
  expect(own.look()).toEqual({ on: ['a'], off: [] });
  vacate('a');
  occupy('a');
  expect(own.look()).toEqual({ on: [], off: [] });
  vacate('a');
  expect(own.look()).toEqual({ on: [], off: ['a'] });
});

test('tracks no more channels than the maximum, and reports that', () => {
  occupy('a', 'b', 'c', 'd');
  expect(own.look().on).toEqual(['a', 'b', 'c']);
  expect(full).toEqual([ROOM]);
  vacate('a');
  own.look();
  occupy('e');
  expect(own.look().on).toEqual(['e']);
});

test('checks all channels after more changes than it records', () => {
  own.look();
  for (let n = 0; n < 20_000; n++) own.channelOccupied(`gone.${n}`);
  hub.heard.add('a');
  own.channelOccupied('a');
  expect(own.look()).toEqual({ on: ['a'], off: [] });
});
