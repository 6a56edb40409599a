import { beforeAll, expect, test } from '@jest/globals';
import { createMarkdownRenderer, type MarkdownRenderer } from 'vitepress';
import { ROOT } from '../../docs/.vitepress/pages.js';
import { wordBreaks } from '../../docs/.vitepress/word-breaks.js';

let renderer: MarkdownRenderer;

beforeAll(async () => {
  renderer = await createMarkdownRenderer(ROOT);
  wordBreaks(renderer);
});

test.each([
  ['`MAX_QUEUED_BYTES`', 'MAX_<wbr>QUEUED_<wbr>BYTES'],
  ['`hub/log/keys.ts`', 'hub/<wbr>log/<wbr>keys.ts'],
  ['`--log-level`', '--log-<wbr>level'],
  ['`a</b>`', 'a&lt;/b&gt;'],
])('%s breaks at its joints, and stays the same text', (markdown, inner) => {
  expect(renderer.renderInline(markdown, {})).toBe(`<code>${inner}</code>`);
});
