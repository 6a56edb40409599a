import { describe, expect, test } from '@jest/globals';
import { GATEWAY_DEFAULTS } from '../gateway/gateway-options.js';
import { Sessions } from '../gateway/sessions.js';
import { ProvenPositions } from './proven-positions.js';

const [SECRET, OTHER] = ['one '.repeat(8), 'another '.repeat(4)];

function sessionsOf(hubSecret: string, hubSecretPrevious = ''): Sessions {
  return new Sessions({ ...GATEWAY_DEFAULTS, hubSecret, hubSecretPrevious });
}

describe('an event id with a proof', () => {
  const positions = new ProvenPositions(sessionsOf(SECRET));
  const id = positions.encoder.idOf('epoch-41');

  test('proves its position, on each hub with the secret and with it as the former one', () => {
    expect(id).toMatch(/^epoch-41\.[\w-]{22}$/);
    const proven = { since: 'epoch-41', knownSince: 'epoch-41' };
    expect(positions.read(id)).toEqual(proven);
    expect(new ProvenPositions(sessionsOf(SECRET)).read(id)).toEqual(proven);
    expect(new ProvenPositions(sessionsOf(OTHER, SECRET)).read(id)).toEqual(proven);
    expect(new ProvenPositions(sessionsOf(OTHER)).read(id)).toEqual({ since: 'epoch-41' });
  });

  test('proves nothing of another position', () => {
    const proof = id.slice(id.indexOf('.'));
    expect(positions.read(`epoch-40${proof}`)).toEqual({ since: 'epoch-40' });
    expect(positions.read(`epoch-4${proof}`)).toEqual({ since: 'epoch-4' });
  });

  test.each([
    ['no proof', () => 'epoch-41'],
    ['an empty one', () => 'epoch-41.'],
    ['one that is cut', () => id.slice(0, -1)],
    ['one with more behind it', () => `${id}AA`],
    ['one with another character', () => id.replace(/.$/, (last) => (last === 'A' ? 'Q' : 'A'))],
    ['the signature of a session', () => `epoch-41.${session().split('.')[1]}`],
  ])('is none with %s', (_what, make) => {
    expect(positions.read(make()).knownSince).toBeUndefined();
  });

  test('is not a session', () => {
    expect(sessionsOf(SECRET).verify(id)).toBeUndefined();
  });

  const session = () => sessionsOf(SECRET).issue({ clientId: 'epoch-41', user: undefined, since: undefined });
});
