// The benchmark: docs/performance.md describes what it measures and how.
import { writeFile } from 'node:fs/promises';
import { stopChildrenOnSignals } from './children.js';
import { runProgram } from './flags.js';
import { HELP, readOptions, type Settings } from './options.js';
import { PLOTS_DIR } from './paths.js';
import { missingPeers } from './peers.js';
import { machine } from './report/machine.js';
import { prepareOutput, writeJson } from './report/output.js';
import { benchmarkPlot } from './report/plot.js';
import { scenarioTable } from './report/table.js';
import { runRounds } from './rounds.js';
import { faultLines, type Summary, summarize } from './summary.js';

/** Runs the benchmark and reports it; false if a server failed, or lost, repeated or reordered messages. */
async function bench(settings: Settings): Promise<boolean> {
  await prepareOutput(settings);
  const { runs, notes } = await runRounds(settings, await missingPeers(settings.servers));
  const summaries = summarize(settings.scenarios, runs);
  const faults = faultLines(summaries);
  const measured = settings.scenarios.filter(({ name }) =>
    summaries.some(({ scenario }) => scenario === name),
  );
  for (const scenario of measured) print(`\n${scenarioTable(scenario, summaries)}`);
  if (notes.length > 0) print(`\n${notes.join('\n')}`);
  print(`\n${faults.length > 0 ? faults.join('\n') : 'nothing lost, nothing twice, nothing out of order'}`);
  const { scenarios, rounds, seconds, quick } = settings;
  if (settings.json !== undefined) {
    const report = { machine: machine(), rounds, seconds, quick, scenarios, notes, runs, summaries };
    await writeJson(settings.json, report);
  }
  if (settings.plot) await plot(settings, summaries);
  return faults.length === 0;
}

async function plot(settings: Settings, summaries: readonly Summary[]): Promise<void> {
  await writeFile(`${PLOTS_DIR}benchmark.svg`, await benchmarkPlot(settings.scenarios, summaries));
}

function print(text: string): void {
  process.stdout.write(`${text}\n`);
}

await runProgram('bench', async () => {
  const settings = readOptions(process.argv.slice(2));
  stopChildrenOnSignals();
  if (settings === 'help') print(HELP);
  else process.exitCode = (await bench(settings)) ? 0 : 1;
});
