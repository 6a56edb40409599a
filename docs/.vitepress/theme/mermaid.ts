import { useData } from 'vitepress';
import { defineComponent, h, onMounted, ref, useId, watch } from 'vue';

/** Draws a diagram, in the colours of the page; until then, and without JavaScript, its source is there. */
export const Mermaid = defineComponent({
  props: { source: { type: String, required: true } },
  setup(props) {
    const source = decodeURIComponent(props.source);
    const id = `diagram-${useId()}`;
    const { isDark } = useData();
    const drawing = ref('');

    async function draw(): Promise<void> {
      // Loaded by the pages that have a diagram, and by no others.
      const { default: mermaid } = await import('mermaid');
      mermaid.initialize({
        startOnLoad: false,
        theme: isDark.value ? 'dark' : 'neutral',
        fontFamily: 'inherit',
        sequence: { mirrorActors: false },
      });
      drawing.value = (await mermaid.render(id, source)).svg;
    }

    onMounted(() => {
      void draw();
      watch(isDark, () => void draw());
    });
    return () =>
      drawing.value === ''
        ? h('pre', { class: 'diagram' }, source)
        : h('div', { class: 'diagram', innerHTML: drawing.value });
  },
});
