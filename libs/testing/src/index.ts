export { clientFrame, closePayload, type Frame, OPCODE, readFrames } from './frames.js';
export { freePort } from './free-port.js';
export { startHubProgram } from './hub-program.js';
export { Inbox } from './inbox.js';
export { Inspector } from './inspector.js';
export { scrape } from './metrics.js';
export { type LogLine, Program } from './program.js';
export { handshake, RawSocket } from './raw-socket.js';
export { type Closed, TestClient } from './test-client.js';
