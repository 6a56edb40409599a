// The process that sends the requests.
import { work } from '../../worker-process.js';
import { run } from './run.js';

await work(run);
