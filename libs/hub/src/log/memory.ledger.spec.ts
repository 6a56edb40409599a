import { expect, test } from '@jest/globals';
import { ledgerContract } from '../testing/ledger.contract.js';
import { LedgerCandidate } from '../testing/ledger-candidate.js';
import { MAX_LEDGER_ENTRIES } from './ledger.js';
import { MemoryLedger } from './memory.ledger.js';

ledgerContract('the ledger in memory', async () => {
  const ledger = new MemoryLedger();
  return { ledger, end: () => ledger.end() };
});

test('a full ledger rejects another entry, and accepts changes of existing ones', async () => {
  const candidate = new LedgerCandidate();
  new MemoryLedger().lead(candidate);
  const lead = await candidate.lead();
  for (let n = 0; n < MAX_LEDGER_ENTRIES; n++) await lead.set(`key ${n}`, '');
  await expect(lead.set('one more', '')).rejects.toMatchObject({ code: 'full' });
  await lead.set('key 0', 'changed');
  await lead.set('key 1', undefined);
  await lead.set('one more', '');
});
