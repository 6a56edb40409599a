import type { Message } from '@ws-hub/protocol';
import type { Call } from './call.js';
import { CallJudge } from './call-judge.js';
import { Places } from './places.js';
import type { Talk } from './talk.js';
import { nameOf, type World } from './world.js';

/** Checks everything that was received against the promise of PROTOCOL.md. @returns the violations */
export function judge(world: World, witness: Call, orderly: readonly string[]): string[] {
  // Without it nothing can be said about the others.
  if (!witness.isOpen) return [`the witness was closed (${witness.line.closeCode})`];
  const places = new Places(witness);
  const { traits, calls, talks } = world;
  return [
    ...places.problems,
    ...storedTwice(places),
    ...changedIds(calls),
    ...orderly.flatMap((name) => outOfOrder(places, name)),
    ...calls.flatMap((call) => new CallJudge(call, places, traits).judge()),
    ...talks.flatMap((talk) => [...heardBy(talk, places, world), ...saidBy(talk, places)]),
    ...talks.flatMap(({ who, line }) =>
      line.closeCode === undefined || (line.closeCode === 1013 && traits.mayRefuse)
        ? []
        : [`${who}: closed with ${line.closeCode}`],
    ),
  ];
}

function storedTwice({ entries }: Places): string[] {
  const seen = new Set<string>();
  const twice = entries
    .map(({ content }) => nameOf(content))
    .filter((name) => seen.size === seen.add(name).size);
  return twice.map((name) => `stored twice: ${name}`);
}

/** All acks of a key have the same place, on all connections. */
function changedIds(calls: readonly Call[]): string[] {
  const ids = new Map<string, string>();
  const problems: string[] = [];
  for (const { events } of calls)
    for (const event of events) {
      if (!('heard' in event) || event.heard.type !== 'ack') continue;
      const { key, id } = event.heard;
      if ((ids.get(key) ?? id) !== id) problems.push(`${key} was acked at ${ids.get(key)} and at ${id}`);
      ids.set(key, id);
    }
  return problems;
}

/** What one sender publishes in order is stored in that order. */
function outOfOrder({ entries }: Places, who: string): string[] {
  const numbers = entries
    .map(({ content }) => nameOf(content).split('/'))
    .filter(([name]) => name === who)
    .map(([, number]) => Number(number));
  return numbers.flatMap((number, at) =>
    at > 0 && number < (numbers[at - 1] as number)
      ? [`${who}: ${number} is stored after ${numbers[at - 1]}`]
      : [],
  );
}

/** A plain client receives everything on its channel, from its connection to its end. */
function heardBy(talk: Talk, places: Places, { saidAt }: World): string[] {
  const { who, heard, clientId } = talk;
  const all = places.entries;
  const isWanted = ({ channel, client_id }: Message) => channel === talk.channel && client_id !== clientId;
  const wanted = all.filter(isWanted);
  const due = all.slice(0, places.end(talk.channel)).filter(isWanted).length;
  const [first] = heard;
  const found = wanted.findIndex(({ content }) => content === first?.content);
  if (first !== undefined && found === -1)
    return [`${who}: heard ${nameOf(first.content)}, which nobody else did`];
  const from = first === undefined ? due : found;
  const to = Math.max(talk.isOpen ? due : 0, from + heard.length);
  const missed = talk.isOpen || first !== undefined ? wanted.slice(0, from) : [];
  const isSame = wanted.slice(from, to).every(({ client_id, content, timestamp }, at) => {
    const it = heard[at];
    return it?.content === content && it.client_id === client_id && it.timestamp === timestamp;
  });
  return [
    ...missed
      .filter(({ content }) => (saidAt.get(nameOf(content)) ?? 0) > talk.openedAt)
      .map(({ content }) => `${who}: lost ${nameOf(content)}, said after it came`),
    ...(isSame && to - from === heard.length
      ? []
      : [`${who}: heard ${told(heard)}, not ${told(wanted.slice(from, to))}`]),
  ];
}

/** What a plain client published is stored in its order without gaps; all of it, if it was not cut. */
function saidBy({ who, said, clientId, isOpen }: Talk, { entries }: Places): string[] {
  const stored = entries.filter(({ client_id }) => client_id === clientId).map(({ content }) => content);
  const isPrefix = stored.every((content, at) => content === said[at]);
  if (isPrefix && (!isOpen || stored.length === said.length)) return [];
  return [`${who}: said ${said.map(nameOf)}, stored ${stored.map(nameOf)}`];
}

function told(heard: readonly { readonly content: string }[]): string {
  return heard.map(({ content }) => nameOf(content)).join(' ');
}
