// Loaded before the hub (node --import): bugs that a client can reach, each by its own word. The hub itself has none.
import 'reflect-metadata';

const SRC = '../../../dist/server/apps/server/src';
const { PlainDialect } = await import(`${SRC}/gateway/plain.dialect.js`);
const { AdmissionRules } = await import(`${SRC}/gateway/admission.js`);
const { Listening } = await import(`${SRC}/hub/listening.js`);
const { RefusalCounter } = await import(`${SRC}/gateway/refusal-counter.js`);

const THROWS = {
  'bug: in the handling': () => {
    throw new TypeError('a bug');
  },
  'bug: later': () => {
    setImmediate(() => {
      throw new TypeError('a bug');
    });
  },
  'bug: in a promise': () => {
    Promise.reject(new TypeError('a bug'));
  },
  'bug: twice': () => {
    for (const _ of [1, 2])
      setImmediate(() => {
        throw new TypeError('a bug');
      });
  },
};

before(PlainDialect, 'receive', (_connection, data) => THROWS[data.toString()]?.());
before(Listening, 'begin', ({ channel }) => {
  if (channel === 'bug') throw new TypeError('a bug');
});
before(AdmissionRules, 'admit', throwForUrl);
before(RefusalCounter, 'refused', throwForUrl);

function throwForUrl({ url }) {
  if (url.endsWith('?bug')) throw new TypeError('a bug');
}

function before({ prototype }, name, act) {
  const original = prototype[name];
  prototype[name] = function (...args) {
    act(...args);
    return original.apply(this, args);
  };
}
