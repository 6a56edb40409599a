import type { MarkdownRenderer } from 'vitepress';

/** What stands behind the language where a block is a file to save, such as `js receiver.js`. */
const FILE = /^\S+ ([\w-]+(?:\.[\w-]+)+)$/;

/**
 * A fenced block of Mermaid becomes a `<Mermaid>`, which draws it in the browser (theme/mermaid.ts). A block that is a
 * file has its name above it.
 */
export function fences(markdown: MarkdownRenderer): void {
  const { fence } = markdown.renderer.rules;
  markdown.renderer.rules.fence = (tokens, index, options, env, self) => {
    const { info, content } = tokens[index] as { info: string; content: string };
    if (info.trim() === 'mermaid') return `<Mermaid source="${encodeURIComponent(content)}" />\n`;
    const [, file] = FILE.exec(info.trim()) ?? [];
    const name = file === undefined ? '' : `<div class="file-name">${file}</div>\n`;
    return name + (fence?.(tokens, index, options, env, self) ?? '');
  };
}
