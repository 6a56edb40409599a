import { access, constants, mkdir, writeFile } from 'node:fs/promises';
import { dirname } from 'node:path';
import { UsageError } from '../flags.js';
import { PLOTS_DIR } from '../paths.js';

/** What a run writes besides its printed report. */
export interface Output {
  readonly json: string | undefined;
  readonly plot: boolean;
}

/** Creates the output folders first: a run takes a quarter of an hour, too long to fail at its end. @throws UsageError */
export async function prepareOutput({ json, plot }: Output): Promise<void> {
  if (plot) await mkdir(PLOTS_DIR, { recursive: true });
  if (json === undefined) return;
  try {
    await mkdir(dirname(json), { recursive: true });
    await access(dirname(json), constants.W_OK);
  } catch (error) {
    const { code } = error as NodeJS.ErrnoException;
    throw new UsageError(
      `--json: "${json}" cannot be written (${code}); allowed: a file in a folder of yours`,
    );
  }
}

export async function writeJson(file: string, report: unknown): Promise<void> {
  await writeFile(file, `${JSON.stringify(report, null, 2)}\n`);
}
