import type { Attack } from '../attack.js';
import { AttackSocket } from '../attack-socket.js';
import { times } from '../load.js';

/** Texts that Node may parse as IPv6 addresses and a library may not, and invalid ones. */
const STRANGE = [
  'fe80::1%a-b',
  'fe80::1%25eth0',
  '1::1.2.3.4',
  '::ffff:1.2.3.4%x',
  '[2a01::1]:443',
  '::',
  'unknown',
  '_hidden',
  '1.2.3.4, fe80::1%a-b',
  ',',
  '%',
  'x'.repeat(4_000),
];
const LIMIT = 2;
/** Each list is one client, in different notations of proxies. */
const ALIKE = [
  ['203.0.114.7:1111', '203.0.114.7:1112', '203.0.114.7'],
  ['::ffff:cb00:7208', '203.0.114.8', '::ffff:203.0.114.8'],
  ['2a01:4f8:1:2::1', '2a01:4f8:1:2::2', '[2a01:4f8:1:2::3]:443'],
];
/** Three clients: the IPv4 address is in the second half. */
const UNLIKE = ['64:ff9b::cb00:7209', '64:ff9b::cb00:720a', '64:ff9b::cb00:720b'];

export const strangeAddresses: Attack = {
  finding: '1.2',
  name: 'addresses that cannot be parsed, through a trusted proxy',
  env: { TRUSTED_PROXIES: '127.0.0.1', MAX_CONNECTIONS_PER_IP: '1000' },
  async run({ port, begin }) {
    await begin();
    const answers = await times(STRANGE.length, (at) => statusFor(port, STRANGE[at] as string));
    const refused = STRANGE.filter((_, at) => answers[at] !== 101);
    return refused.length > 0 ? [`${refused.length} of ${STRANGE.length} addresses got no WebSocket`] : [];
  },
};

export const manyAddresses: Attack = {
  finding: '1.15',
  name: 'one client with many spellings of its address',
  env: { TRUSTED_PROXIES: '127.0.0.1', MAX_CONNECTIONS_PER_IP: String(LIMIT) },
  async run({ port, begin }) {
    await begin();
    const broken: string[] = [];
    for (const spellings of ALIKE) {
      const granted = await grantedOf(port, spellings);
      if (granted !== LIMIT) broken.push(`${granted} connections of ${spellings.join(', ')}`);
    }
    const granted = await grantedOf(port, UNLIKE);
    if (granted !== UNLIKE.length) broken.push(`${granted} connections of ${UNLIKE.join(', ')}`);
    return broken;
  },
};

async function grantedOf(port: number, addresses: readonly string[]): Promise<number> {
  let granted = 0;
  for (const address of addresses) if ((await statusFor(port, address)) === 101) granted++;
  return granted;
}

async function statusFor(port: number, address: string): Promise<number> {
  return (await AttackSocket.open(port, { headers: { 'X-Forwarded-For': address } })).status;
}
