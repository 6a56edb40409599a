import type { Attack } from '../attack.js';
import { AttackSocket } from '../attack-socket.js';
import { within } from '../load.js';

const PATIENCE_MS = 5_000;

/** Half a character has no encoding in UTF-8, so it would not arrive unchanged. */
export const loneSurrogate: Attack = {
  finding: '1.17',
  name: 'content with a lone surrogate',
  async run({ port, begin }) {
    const { socket } = await AttackSocket.join(port);
    await begin();
    const publish = '{"type":"publish","key":"half","content":"\\ud800"}';
    const answer = await within(PATIENCE_MS, socket.ask(publish, '"half"'));
    return answer?.includes('"bad_request"') === true ? [] : [`it was answered with ${answer}`];
  },
};
