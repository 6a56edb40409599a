import type { MarkdownRenderer } from 'vitepress';

const TEXT = />([^<]+)</;
const JOINT = /(?<=\w)[_/,-]/g;

/** Lets names such as `MAX_QUEUED_BYTES` and paths break at their joints: a table with long names has room for all columns. */
export function wordBreaks(markdown: MarkdownRenderer): void {
  const { code_inline: code } = markdown.renderer.rules;
  markdown.renderer.rules.code_inline = (...rest) =>
    (code?.(...rest) ?? '').replace(TEXT, (_, text: string) => `>${text.replace(JOINT, '$&<wbr>')}<`);
}
