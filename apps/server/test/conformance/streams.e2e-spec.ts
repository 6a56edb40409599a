import { afterAll, beforeAll, expect, test } from '@jest/globals';
import { clientFrame, closePayload, OPCODE, RawSocket, readFrames, TestClient } from '@ws-hub/testing';
import fc from 'fast-check';
import { startHub, type TestHub } from '../start-hub.js';

/** How many streams are tried: all of them with `npm run test:e2e:long`, more by hand with FUZZ_STREAMS=1000000. */
const STREAMS = Number(process.env.FUZZ_STREAMS ?? (process.env.E2E === 'long' ? 10_000 : 1_000));
/** Streams that run side by side, each on a channel of its own. */
const LANES = 20;
const FIN = 0x80;
const VALID_CODES = [
  1000, 1001, 1002, 1003, 1007, 1008, 1009, 1010, 1011, 1012, 1013, 1014, 3000, 3999, 4000, 4999,
];
const INVALID_CODES = [0, 999, 1004, 1005, 1006, 1015, 1016, 2000, 2999, 5000, 65_535];
const MALFORMED = ['eda080', 'c0af', 'f4908080', 'e282'].map((hex) => Buffer.from(hex, 'hex'));

/** A piece of a stream, and what the contract makes of it: something is heard, or the connection ends with a code. */
interface Piece {
  readonly bytes: Buffer;
  readonly heard?: string;
  readonly code?: number;
}

interface Stream {
  readonly pieces: readonly Piece[];
  /** Where the bytes are cut into writes, as fractions of their length. */
  readonly cuts: readonly number[];
}

interface Lane {
  readonly channel: string;
  readonly witnesses: readonly [TestClient, TestClient];
}

const text = fc.string({ unit: 'binary', maxLength: 300 });

const sayings: fc.Arbitrary<Piece> = text.map((heard) => ({ bytes: clientFrame(OPCODE.text, heard), heard }));

const fragmented: fc.Arbitrary<Piece> = fc
  .tuple(text, fc.array(fc.nat(), { maxLength: 5 }), fc.boolean())
  .map(([heard, at, pinged]) => {
    const parts = cut(Buffer.from(heard), at);
    const frames = parts.flatMap((part, n) => {
      const opcode = n === 0 ? OPCODE.text : OPCODE.continuation;
      const frame = clientFrame(opcode, part, (n === parts.length - 1 ? FIN : 0) | opcode);
      return pinged && n > 0 ? [clientFrame(OPCODE.ping, 'within'), frame] : [frame];
    });
    return { bytes: Buffer.concat(frames), heard };
  });

const control: fc.Arbitrary<Piece> = fc
  .tuple(fc.constantFrom(OPCODE.ping, OPCODE.pong), fc.uint8Array({ maxLength: 125 }))
  .map(([opcode, payload]) => ({ bytes: clientFrame(opcode, Buffer.from(payload)) }));

const ends: fc.Arbitrary<Piece> = fc.oneof(
  fc
    .constantFrom(...VALID_CODES)
    .map((code) => ({ bytes: clientFrame(OPCODE.close, closePayload(code)), code })),
  fc
    .constantFrom(...INVALID_CODES)
    .map((code) => ({ bytes: clientFrame(OPCODE.close, closePayload(code)), code: 1002 })),
  fc.constantFrom(...MALFORMED).map((bytes) => ({ bytes: clientFrame(OPCODE.text, bytes), code: 1007 })),
  fc
    .constantFrom(3, 4, 5, 6, 7, 11, 12, 13, 14, 15)
    .map((opcode) => ({ bytes: clientFrame(opcode), code: 1002 })),
  fc
    .integer({ min: 1, max: 7 })
    .map((rsv) => ({ bytes: clientFrame(OPCODE.text, 'x', FIN | (rsv << 4) | OPCODE.text), code: 1002 })),
  fc.constant({ bytes: Buffer.from([FIN | OPCODE.text, 1, 0x61]), code: 1002 }),
  fc.constant({ bytes: clientFrame(OPCODE.continuation, 'x'), code: 1002 }),
  fc.constant({ bytes: clientFrame(OPCODE.binary, 'x'), code: 1003 }),
  fc.constant({ bytes: clientFrame(OPCODE.text, 'x'.repeat(65_537)), code: 1009 }),
  fc.constant({
    bytes: Buffer.concat([
      clientFrame(OPCODE.text, 'x', OPCODE.text),
      ...Array(64).fill(clientFrame(0, 'x', 0)),
    ]),
    code: 1008,
  }),
);

const stream: fc.Arbitrary<Stream> = fc.record({
  pieces: fc
    .tuple(
      fc.array(fc.oneof(sayings, fragmented, control), { maxLength: 8 }),
      ends,
      fc.array(sayings, { maxLength: 2 }),
    )
    .map(([before, end, after]) => [...before, end, ...after]),
  cuts: fc.array(fc.double({ min: 0, max: 1, noNaN: true }), { maxLength: 8 }),
});

let hub: TestHub;
let lanes: Lane[];
beforeAll(async () => {
  hub = await startHub();
  lanes = await Promise.all(Array.from({ length: LANES }, (_, n) => openLane(`lane-${n}`)));
});
afterAll(() => hub.close());

async function openLane(channel: string): Promise<Lane> {
  const join = () => TestClient.connect(`${hub.url}?channel=${channel}`);
  return { channel, witnesses: [await join(), await join()] };
}

test(`${STREAMS} random streams: each is heard up to its end, once, in order, by all others, and ends as it must`, async () => {
  await fc.assert(
    fc.asyncProperty(fc.array(stream, { minLength: LANES, maxLength: LANES }), async (streams) => {
      await Promise.all(streams.map((each, lane) => play(each, lanes[lane] as Lane)));
    }),
    { numRuns: Math.ceil(STREAMS / LANES), seed: 20261123, endOnFailure: true },
  );
}, 600_000);

async function play({ pieces, cuts }: Stream, { channel, witnesses }: Lane): Promise<void> {
  const end = pieces.findIndex(({ code }) => code !== undefined);
  const expected = pieces.slice(0, end).flatMap(({ heard }) => (heard === undefined ? [] : [heard]));
  const raw = await RawSocket.upgrade(hub.port, `/ws?channel=${channel}`);
  // With an answer to the hub's close frame at the end, or the hub would wait for it.
  const bytes = Buffer.concat([...pieces.map((piece) => piece.bytes), clientFrame(OPCODE.close)]);
  for (const chunk of cut(
    bytes,
    cuts.map((cutAt) => Math.floor(cutAt * bytes.length)),
  ))
    raw.write(chunk);
  const frames = readFrames(await raw.readToEnd());
  expect(frames.filter(({ opcode }) => opcode !== OPCODE.pong && opcode !== OPCODE.close)).toEqual([]);
  expect(frames.at(-1)?.payload.readUInt16BE(0)).toBe(pieces[end]?.code);
  for (const witness of witnesses) await expectHeard(witness, expected);
  await expectNothingMore(witnesses);
}

async function expectHeard(witness: TestClient, expected: readonly string[]): Promise<void> {
  expect((await witness.take(expected.length)).map(({ content }) => content)).toEqual(expected);
}

/** Each witness says a last word; what the other hears before it would be too much. */
async function expectNothingMore([one, two]: Lane['witnesses']): Promise<void> {
  one.send('last word');
  two.send('last word');
  await expectHeard(one, ['last word']);
  await expectHeard(two, ['last word']);
}

/** `bytes` in the parts between these places, taken modulo its length. */
function cut(bytes: Buffer, places: readonly number[]): Buffer[] {
  const at = [...new Set(places.map((place) => place % (bytes.length + 1)))].sort((a, b) => a - b);
  return [0, ...at].map((start, n) => bytes.subarray(start, at[n] ?? bytes.length));
}
