import { afterEach, expect, test } from '@jest/globals';
import { DESCRIBED_ROUTES } from '@ws-hub/nestjs/openapi';
import { readGuide } from './guides/guide.js';
import { Walk } from './guides/walk.js';
import { mistakesInAnswer, routeOf } from './openapi/answers.js';
import { Witness } from './openapi/witness.js';

let walk: Walk | undefined;
let witness: Witness | undefined;
afterEach(async () => {
  await walk?.end();
  await witness?.close();
});

async function before(hubPort: number): Promise<number> {
  witness = await Witness.before(hubPort);
  return witness.port;
}

test('what docs/http.md shows is what happens, for each request, and all answers are as docs/openapi.yaml says', async () => {
  const guide = readGuide('../http');
  walk = await Walk.begin(guide, undefined, before);
  for (const step of guide.steps) await walk.take(step);
  const { seen } = witness as Witness;
  expect(seen.flatMap(mistakesInAnswer)).toEqual([]);
  const shown = new Set(seen.map((exchange) => routeOf(exchange)?.operationId));
  expect(DESCRIBED_ROUTES.map(({ operationId }) => operationId).filter((id) => !shown.has(id))).toEqual([]);
});
