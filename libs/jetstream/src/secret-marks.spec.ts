import { describe, expect, test } from '@jest/globals';
import { SecretMarks } from './secret-marks.js';

const OLD = 'oak-lamp-river-violin-quartz-72-moss';
const NEW = 'elm-candle-brook-cello-opal-19-lichen';
const NEWEST = 'ash-torch-pond-viola-agate-44-fern--';

const marks = (hubSecret: string, hubSecretPrevious = '') =>
  new SecretMarks({ hubSecret, hubSecretPrevious });
const only = (secret: string) => marks(secret).description;
const rotated = marks(NEW, OLD).changed(only(OLD)) as string;

describe('the marks of secrets', () => {
  test('identify the new secret and the previous one as soon as one hub writes with it', () => {
    expect(only(OLD)).toMatch(/^ws-hub, secret [0-9a-f]{16}$/);
    expect(rotated).toMatch(/^ws-hub, secret [0-9a-f]{16}, before it [0-9a-f]{16}$/);
    expect(marks(NEW, OLD).changed(rotated)).toBeUndefined();
  });

  test('stay when a hub with the former order of the two starts again', () => {
    expect(marks(OLD, NEW).unknownIn(rotated)).toBeUndefined();
    expect(marks(OLD, NEW).changed(rotated)).toBeUndefined();
  });

  test.each([
    ['a hub with the new secret alone', marks(NEW), true],
    ['a hub that accepts the next one already', marks(NEW, NEWEST), true],
    ['a hub that cannot read what the newest hubs write', marks(OLD), false],
    ['a hub with other secrets', marks(NEWEST), false],
  ])('accept or reject %s', (_who, hub, isLetIn) => {
    expect(hub.unknownIn(rotated) === undefined).toBe(isLetIn);
  });

  test('hold two at most', () => {
    const again = marks(NEWEST, NEW).changed(rotated) as string;
    expect(again.length).toBe(rotated.length);
    expect(marks(NEW, NEWEST).unknownIn(again)).toBeUndefined();
    expect(marks(OLD, NEW).unknownIn(again)).toBeDefined();
  });

  test('are not written into a stream whose description has none', () => {
    expect(marks(NEW).unknownIn('made by hand')).toBeUndefined();
    expect(marks(NEW).changed('made by hand')).toBeUndefined();
    expect(marks(NEW).changed(undefined)).toBeUndefined();
  });
});
