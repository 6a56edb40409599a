import { Call, endOf } from './call.js';
import { CHANNELS, lastOf, type World } from './world.js';

/** The last messages of all. Resolves when all connections have received them, including one that replays the whole log. */
export async function end(world: World, witness: Call): Promise<void> {
  const since = witness.welcome?.position;
  await Promise.all(world.calls.map(hearSomething));
  await sayEnd(world, witness);
  const readers = await Promise.all(
    world.hubs.map((each) => Call.open('reader', each, { type: 'hello', since, channels: CHANNELS })),
  );
  world.calls.push(...readers);
  await Promise.all([...world.calls.map(callAtEnd), ...world.talks.map(talkAtEnd)]);
}

/**
 * A connection without channels only gets acks, none of which is the last: acks in flight would look like lost ones. So
 * it subscribes to a channel for the end. That of the others, too, depends on their earlier requests.
 */
async function hearSomething(call: Call): Promise<void> {
  const { answers, line } = call;
  await line.until(() => answers.isIdle);
  if (call.channels.size > 0) return;
  call.say({ type: 'subscribe', channels: [CHANNELS[0]] });
  await line.until(() => answers.isIdle);
}

/** Resolves when all of it is stored: a client that connects now and is told of a gap came after it. */
async function sayEnd(world: World, { hub }: Call): Promise<void> {
  const marker = await Call.open('marker', hub, { type: 'hello', channels: [] });
  world.calls.push(marker);
  for (const channel of CHANNELS) world.says(endOf(channel));
  marker.say(
    ...CHANNELS.map((channel) => ({
      type: 'publish' as const,
      key: endOf(channel),
      channel,
      content: endOf(channel),
    })),
  );
  await marker.line.until(() => marker.answers.missing.length === 0);
}

function talkAtEnd({ line, heard, channel }: World['talks'][number]): Promise<void> {
  return line.until(() => heard.some(({ content }) => content === endOf(channel)));
}

/** All its requests were answered, and it has the last message of its channels. */
async function callAtEnd(call: Call): Promise<void> {
  const { line } = call;
  await line.until(() => !call.isReplaying && call.answers.missing.length === 0);
  // After a gap, it connected after the end.
  const isIn = !(call.who === 'reader' && call.welcome?.recovered === false) && call.who !== 'marker';
  const last = lastOf(call.channels);
  if (isIn && last !== undefined) await line.until(() => call.ended.has(last));
}
