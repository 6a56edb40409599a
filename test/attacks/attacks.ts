import { acks } from './attacks/acks.js';
import { manyAddresses, strangeAddresses } from './attacks/addresses.js';
import { badHandshakes } from './attacks/bad-handshakes.js';
import { comebackStorm } from './attacks/comeback.js';
import { loginFlood } from './attacks/console-logins.js';
import { consoleMarkup } from './attacks/console-markup.js';
import { consoleQuestions } from './attacks/console-questions.js';
import { consoleRequests } from './attacks/console-requests.js';
import { consoleSockets } from './attacks/console-sockets.js';
import { comingStreams, manyStreams, stalledStreams } from './attacks/event-streams.js';
import { distinctSets, tinyMessages } from './attacks/fan-out.js';
import { fragments, pings } from './attacks/floods.js';
import { foreignHistory } from './attacks/history.js';
import { idleSockets, nestedBodies, pipelinedRequests } from './attacks/http.js';
import { deepBodies, hugeBodies, slowBodies } from './attacks/http-bodies.js';
import { forgedEventIds, forgedRequests } from './attacks/http-forged.js';
import { headerFloods, pipelinedPublishes } from './attacks/http-headers.js';
import { historyFlood } from './attacks/http-history.js';
import { batchFlood, publishFlood } from './attacks/http-publishes.js';
import { wrongTypes } from './attacks/http-wrong.js';
import { keyGuessing } from './attacks/key-guessing.js';
import { keyFlood } from './attacks/keys.js';
import { loneSurrogate } from './attacks/lone-surrogate.js';
import { neverReads } from './attacks/never-reads.js';
import { oneAddress } from './attacks/one-address.js';
import { badNames, equalNames, toggles } from './attacks/subscriptions.js';
import { badHellos, badRefreshes, forbiddenFlood } from './attacks/token-floods.js';

/** All attacks, in the order of the findings. */
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
  slowBodies,
  hugeBodies,
  wrongTypes,
  deepBodies,
  headerFloods,
  pipelinedPublishes,
  forgedRequests,
  forgedEventIds,
  keyGuessing,
  stalledStreams,
  manyStreams,
  comingStreams,
  historyFlood,
  batchFlood,
  publishFlood,
  loginFlood,
  consoleRequests,
  consoleMarkup,
  consoleSockets,
  consoleQuestions,
];
