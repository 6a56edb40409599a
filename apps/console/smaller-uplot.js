/** Scales and paths that no chart of the console has. */
const UNUSED = [
  'rangeLog',
  'rangeAsinh',
  'logAxisSplits',
  'asinhAxisSplits',
  'log10AxisValsFilt',
  'clipBandLine',
];

/** What it exports, with all of its dependencies. */
const EXTRAS = /\nuPlot\.assign = [\s\S]*(?=\nexport )/;

/**
 * Builds uPlot without the tenth of it that the console never calls: it is one function with properties, which no bundler can
 * tree-shake. A version with another structure fails the build.
 */
export function smallerUplot() {
  return {
    name: 'smaller-uplot',
    transform: {
      filter: { id: /uPlot\.esm\.js$/ },
      handler: (code) =>
        UNUSED.reduce(
          (rest, name) => replaced(rest, new RegExp(`\\nfunction ${name}\\([^)]*\\) \\{`), '$&return;'),
          replaced(code, EXTRAS, '\nuPlot.sync = _sync;'),
        ),
    },
  };
}

function replaced(code, what, by) {
  if (!what.test(code)) throw new Error(`uPlot no longer has ${what}: see apps/console/smaller-uplot.js`);
  return code.replace(what, by);
}
