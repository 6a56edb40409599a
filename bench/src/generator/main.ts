// The generator's process.
import { work } from '../worker-process.js';
import { run } from './run.js';

await work(run);
