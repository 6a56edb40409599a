/** The seeds of a run: MODEL_SEEDS is their number, MODEL_FIRST_SEED the first one. @param count the default number */
export function seeds(count: number): [string, number][] {
  const { MODEL_SEEDS = String(count), MODEL_FIRST_SEED = '1' } = process.env;
  return Array.from({ length: Number(MODEL_SEEDS) }, (_, n) => {
    const seed = Number(MODEL_FIRST_SEED) + n;
    return [`MODEL_FIRST_SEED=${seed} MODEL_SEEDS=1 npm run test:model`, seed];
  });
}
