import type { MarkdownRenderer } from 'vitepress';

/** A fenced block of Mermaid becomes a `<Mermaid>`, which draws it in the browser (theme/mermaid.ts). */
export function mermaidFence(markdown: MarkdownRenderer): void {
  const { fence } = markdown.renderer.rules;
  markdown.renderer.rules.fence = (tokens, index, options, env, self) => {
    const { info, content } = tokens[index] as { info: string; content: string };
    if (info.trim() === 'mermaid') return `<Mermaid source="${encodeURIComponent(content)}" />\n`;
    return fence?.(tokens, index, options, env, self) ?? '';
  };
}
