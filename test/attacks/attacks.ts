import { acks } from './attacks/acks.js';
import { manyAddresses, strangeAddresses } from './attacks/addresses.js';
import { badHandshakes } from './attacks/bad-handshakes.js';
import { comebackStorm } from './attacks/comeback.js';
import { distinctSets, tinyMessages } from './attacks/fan-out.js';
import { fragments, pings } from './attacks/floods.js';
import { foreignHistory } from './attacks/history.js';
import { idleSockets, nestedBodies, pipelinedRequests } from './attacks/http.js';
import { keyFlood } from './attacks/keys.js';
import { loneSurrogate } from './attacks/lone-surrogate.js';
import { neverReads } from './attacks/never-reads.js';
import { oneAddress } from './attacks/one-address.js';
import { badNames, equalNames, toggles } from './attacks/subscriptions.js';
import { badHellos, badRefreshes, forbiddenFlood } from './attacks/token-floods.js';

/** All attacks, in the order of what was found. */
export const ATTACKS = [
  acks,
  strangeAddresses,
  keyFlood,
  tinyMessages,
  distinctSets,
  toggles,
  equalNames,
  idleSockets,
  pipelinedRequests,
  nestedBodies,
  foreignHistory,
  comebackStorm,
  neverReads,
  badNames,
  manyAddresses,
  loneSurrogate,
  oneAddress,
  pings,
  fragments,
  badHandshakes,
  badHellos,
  badRefreshes,
  forbiddenFlood,
];
