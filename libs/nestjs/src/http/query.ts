import { queryOf } from '../gateway/admission.js';
import { type PlatformRequest, rawRequestOf } from './platform.js';
import { Problem } from './problem.js';

/** The query string of a request. */
export class Query {
  private readonly parameters: URLSearchParams;

  constructor(request: PlatformRequest) {
    this.parameters = queryOf(rawRequestOf(request));
  }

  /** @throws Problem 400 if the parameter is repeated */
  text(name: string): string | undefined {
    const [value, ...more] = this.parameters.getAll(name);
    if (more.length > 0) throw new Problem(400, `${name} may be given only once`);
    return value;
  }

  /** From 1 to `max`. @throws Problem 400 */
  limit({ max, preset }: { readonly max: number; readonly preset: number }): number {
    const text = this.text('limit');
    if (text === undefined) return preset;
    const limit = /^\d{1,9}$/.test(text) ? Number(text) : 0;
    if (limit < 1 || limit > max) throw new Problem(400, `limit must be a whole number from 1 to ${max}`);
    return limit;
  }
}
