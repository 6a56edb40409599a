import type { IncomingMessage } from 'node:http';
import { isIPv6 } from 'node:net';
import { describe, expect, test } from '@jest/globals';
import fc from 'fast-check';
import { ClientAddress } from './client-address.js';
import { networkOf } from './ip-address.js';

const PROXY = '10.0.0.1';
const behindProxy = new ClientAddress(['10.0.0.0/8', 'fe80::/10']);

/** Only what the code reads: the peer's address and the header. */
function request(remoteAddress: string | undefined, forwardedFor?: string): IncomingMessage {
  const headers = forwardedFor === undefined ? {} : { 'x-forwarded-for': forwardedFor };
  return { socket: { remoteAddress }, headers } as unknown as IncomingMessage;
}

const hexPart = fc.nat({ max: 0xffff }).map((part) => part.toString(16));
/** Everything from an honest list to noise, with shapes on which address parsers fail. */
const entry = fc.oneof(
  fc.ipV4(),
  fc.ipV6(),
  fc.ipV4Extended(),
  fc.string({ unit: 'binary' }),
  fc.stringMatching(/^[0-9a-f:.%[\]/ -]{0,40}$/),
  fc.tuple(fc.ipV6(), fc.string()).map(([address, zone]) => `${address}%${zone}`),
  fc.tuple(hexPart, fc.ipV4()).map(([part, address]) => `${part}::${address}`),
  fc.tuple(fc.ipV6(), fc.nat()).map(([address, port]) => `[${address}]:${port}`),
  fc.constantFrom('fe80::1%a-b', '1::1.2.3.4', '__proto__', 'constructor', 'unknown', '::', '%', '[]:', ':'),
);

describe('the address of a client', () => {
  test.each([
    ['1.2.3.4', '1.2.3.4'],
    ['6.6.6.6, 1.2.3.4', '1.2.3.4'],
    ['1.2.3.4, 10.9.9.9', '1.2.3.4'],
    ['1.2.3.4:1111', '1.2.3.4'],
    ['[2001:DB8::1]:80', '2001:db8::1'],
    ['[2001:db8::1]', '2001:db8::1'],
    ['2001:db8::1', '2001:db8::1'],
    ['::ffff:1.2.3.4', '1.2.3.4'],
    ['::ffff:102:304', '1.2.3.4'],
    ['0:0:0:0:0:FFFF:0102:0304', '1.2.3.4'],
    ['[::ffff:1.2.3.4]:99', '1.2.3.4'],
    ['2001:db8::1%a-b', '2001:db8::1'],
    ['1.2.3.4, fe80::1%a-b', '1.2.3.4'],
    ['fe80::1%a-b', 'fe80::1'],
    ['1::1.2.3.4', '1::1.2.3.4'],
    ['unknown', PROXY],
    ['1.2.3.4, unknown', PROXY],
    ['1.2.3', PROXY],
    ['0x7f.1', PROXY],
    ['', PROXY],
    ['constructor', PROXY],
  ])('behind a trusted proxy that says %j is %s', (forwardedFor, address) => {
    expect(behindProxy.of(request(PROXY, forwardedFor))).toBe(address);
    expect(behindProxy.of(request(`::ffff:${PROXY}`, forwardedFor))).toBe(address);
  });

  test.each([
    ['8.8.8.8', '8.8.8.8'],
    ['fe80::1%veth-a', '2.2.2.2'],
    ['2001:db8::1%a-b', '2001:db8::1'],
    [undefined, 'unknown'],
  ])('of the peer %s that says 2.2.2.2 is %s', (peer, address) => {
    expect(behindProxy.of(request(peer, '2.2.2.2'))).toBe(address);
  });

  test('is found, and counted, whatever X-Forwarded-For and the peer contain', () => {
    const list = fc.array(entry, { maxLength: 30 }).map((entries) => entries.join(','));
    fc.assert(
      fc.property(fc.oneof(entry, fc.constant(PROXY)), list, (peer, forwardedFor) => {
        const address = behindProxy.of(request(peer, forwardedFor));
        expect(address).not.toMatch(/[%[\]]|^$/);
        expect(networkOf(address)).toEqual(expect.any(String));
      }),
      { numRuns: 5_000 },
    );
  });

  test('that is a trusted proxy may be given as a mapped network, or as all addresses', () => {
    expect(new ClientAddress(['::ffff:10.0.0.0/104']).of(request(PROXY, '1.2.3.4'))).toBe('1.2.3.4');
    expect(new ClientAddress(['0.0.0.0/0']).of(request('8.8.8.8', '1.2.3.4'))).toBe('1.2.3.4');
    expect(new ClientAddress(['fe80::1%eth0']).of(request('fe80::1%veth-a', '1.2.3.4'))).toBe('1.2.3.4');
  });
});

describe('what the limits by address count as one', () => {
  test.each([
    ['1.2.3.4', '1.2.3.4'],
    ['2001:db8:1:2::1', '2001:db8:1:2'],
    ['2001:db8:1:2:ffff::9', '2001:db8:1:2'],
    ['1::1.2.3.4', '1:0:0:0'],
    ['64:ff9b::1.2.3.4', '1.2.3.4'],
    ['64:ff9b::102:304', '1.2.3.4'],
    ['unknown', 'unknown'],
  ])('is for %s: %s', (address, network) => {
    expect(networkOf(address)).toBe(network);
  });

  test('does not depend on how the address is written', () => {
    fc.assert(
      fc.property(fc.ipV6(), (address) => {
        // Zones are stripped before; an address with an embedded IPv4 address counts as that.
        fc.pre(isIPv6(address) && !/^(0*:)*:*ffff:|^64:ff9b:/i.test(address));
        const expanded = new URL(`http://[${address}]/`).hostname;
        expect(networkOf(address)).toBe(networkOf(expanded.slice(1, -1)));
      }),
    );
  });
});
