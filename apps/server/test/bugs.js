// Loaded before the hub (node --import): bugs that a client can reach, each by its own word. The hub itself has none.
import 'reflect-metadata';

const NEST = '../../../libs/nestjs/dist';
const HUB = '../../../libs/hub/dist';
const { PlainDialect } = await import(`${NEST}/gateway/plain.dialect.js`);
const { AdmissionRules } = await import(`${NEST}/gateway/admission.js`);
const { Subscriptions } = await import(`${HUB}/subscriptions/subscriptions.js`);
const { RefusalCounter } = await import(`${NEST}/gateway/refusal-counter.js`);
const { V1Conversation } = await import(`${NEST}/gateway/v1.conversation.js`);
const { FlowControl } = await import(`${HUB}/backpressure/flow-control.js`);
const { Joining } = await import(`${HUB}/subscriptions/joining.js`);
const { SlowConsumers } = await import(`${HUB}/backpressure/slow-consumers.js`);
const { Intake } = await import(`${HUB}/intake/intake.js`);
const { MemoryLog } = await import(`${HUB}/log/memory.log.js`);

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
    void Promise.reject(new TypeError('a bug'));
  },
  'bug: twice': () => {
    for (const _ of [1, 2])
      setImmediate(() => {
        throw new TypeError('a bug');
      });
  },
};

before(PlainDialect, 'receive', (_connection, data) => THROWS[data.toString()]?.());
before(Subscriptions, 'begin', ({ channel }) => {
  if (channel === 'bug') throw new TypeError('a bug');
});
before(AdmissionRules, 'admit', throwForUrl);
before(RefusalCounter, 'refused', throwForUrl);
before(RefusalCounter, 'count', (_address, { reason }) => {
  if (reason === 'headers') throw new TypeError('a bug');
});
// What is done for a connection besides the handling of what it says, each for one channel.
before(FlowControl, 'count', throwOn('count'));
before(Intake, 'handle', throwOn('later'));
before(V1Conversation, 'probe', throwOn('probe'));
before(Joining, 'located', throwOn('located'));
before(SlowConsumers, 'sendAway', throwOn('slow'));
// As an engine does that has to ask somebody else.
const { locate } = MemoryLog.prototype;
MemoryLog.prototype.locate = function (position, channels, done, clientId) {
  locate.call(this, position, channels, (located) => setImmediate(done, located), clientId);
};

function throwOn(channel) {
  return (connection) => {
    if (connection.channel === `bug-${channel}`) throw new TypeError('a bug');
  };
}

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
