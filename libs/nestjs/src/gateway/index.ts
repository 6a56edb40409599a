// For a dedicated server that guards its sockets before they become WebSockets.
export { HttpGate } from '../http/http-gate.js';
export { HttpRates } from '../http/http-rates.js';
export { belowRoot, notThere, type RouteName, routesAt } from '../http/http-routes.js';
export { answerProblem, ProblemFilter } from '../http/problem.filter.js';
export { Problem } from '../http/problem.js';
export { sendBack } from '../sse/refused-stream.js';
export { isSdkRegistered } from '../telemetry/tracing/registered-tracer.js';
export { VERSION } from '../version.js';
export { AddressRates } from './address-rates.js';
export { hasBody, pathOf, type Refusal } from './admission.js';
export { Caps, refusal } from './caps.js';
export { ClientAddress, plainAddress } from './client-address.js';
export { descriptorLimit } from './descriptors.js';
export { Networks, networkOf, readAddress } from './ip-address.js';
export { RefusalCounter } from './refusal-counter.js';
export { destroyOnError, failUpgrade, HubSocketServer } from './upgrade.js';
