// For a server that belongs to the hub alone, and that guards its sockets before they are WebSockets.
export { AddressRates } from './address-rates.js';
export { hasBody, type Refusal } from './admission.js';
export { Caps, refusal } from './caps.js';
export { ClientAddress, plainAddress } from './client-address.js';
export { descriptorLimit } from './descriptors.js';
export { Networks, networkOf, readAddress } from './ip-address.js';
export { RefusalCounter } from './refusal-counter.js';
export { destroyOnError, failUpgrade, HubSocketServer } from './upgrade.js';
