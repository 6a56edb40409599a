import { fileURLToPath } from 'node:url';
import { defineConfig } from 'vite';
import { smallerUplot } from './smaller-uplot.js';

const pathOf = (path) => fileURLToPath(new URL(path, import.meta.url));

/** Two pages: the console, and the playground that a hub serves at `/`. Everything is built in: nothing is asked of other hosts. */
export default defineConfig({
  // Whatever path they are served below.
  base: './',
  plugins: [smallerUplot()],
  oxc: { jsx: { runtime: 'automatic', importSource: 'preact' } },
  resolve: {
    alias: {
      '@ws-hub/console-api': pathOf('../../libs/console-api/src/index.ts'),
      // Before the one that it begins with.
      '@ws-hub/hub-client/http': pathOf('../../libs/hub-client/src/http/index.ts'),
      '@ws-hub/hub-client': pathOf('../../libs/hub-client/src/browser.ts'),
      '@ws-hub/protocol': pathOf('../../libs/protocol/src/index.ts'),
    },
  },
  build: {
    outDir: pathOf('../../dist/console'),
    emptyOutDir: true,
    // A strict Content-Security-Policy has no room for data: URLs and inline scripts.
    assetsInlineLimit: 0,
    modulePreload: false,
    rollupOptions: { input: { console: pathOf('index.html'), playground: pathOf('playground.html') } },
  },
});
