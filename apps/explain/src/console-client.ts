import { API, type Explanation, type Login, SESSION_COOKIE } from '@ws-hub/console-api';
import { type Answer, readAnswer } from './answer.js';
import { explanation } from './explanation.schema.js';
import { faultOf, noAnswer, noConsole, UNAUTHORIZED, wrongPassword } from './faults.js';

const TIMEOUT_MS = 10_000;

/** Asks the console of one hub. Every method throws a StartError, with the exit code, where there is no answer. */
export class ConsoleClient {
  /** For all that it asks. */
  private readonly signal: AbortSignal;
  private cookie: string | undefined;

  /** @param url of the console, which may be below a path */
  constructor(
    private readonly url: string,
    private readonly timeoutMs = TIMEOUT_MS,
  ) {
    this.signal = AbortSignal.timeout(timeoutMs);
  }

  async signIn(password: string): Promise<void> {
    const login: Login = { password };
    const answer = await this.ask('POST', '/session', login);
    if (answer.status === UNAUTHORIZED) throw wrongPassword(answer);
    if (answer.status !== 200) throw faultOf(this.url, answer);
    const cookies = answer.cookies.flatMap((each) => each.split(';', 1));
    // The port follows the prefix.
    this.cookie = cookies.find((cookie) => cookie.startsWith(SESSION_COOKIE)) ?? this.cookie;
  }

  /** @param client its id; undefined = all */
  async explain(message: string, client: string | undefined): Promise<Explanation> {
    const query = new URLSearchParams({ message, ...(client !== undefined && { client }) });
    const answer = await this.ask('GET', `/explain?${query}`);
    if (answer.status !== 200) throw faultOf(this.url, answer);
    const { data } = explanation.safeParse(answer.body);
    if (data === undefined) throw noConsole(this.url, answer);
    return data;
  }

  /** A hub keeps few sessions, so one that is left open would evict a person's. */
  async signOut(): Promise<void> {
    if (this.cookie === undefined) return;
    try {
      await this.ask('DELETE', '/session');
    } catch {
      // The session expires by itself, and must not spoil an answer that has arrived.
      this.cookie = undefined;
    }
  }

  private async ask(method: string, path: string, body?: Login): Promise<Answer> {
    const { origin, pathname } = new URL(this.url);
    try {
      const response = await fetch(`${origin}${pathname.replace(/\/$/, '')}${API}${path}`, {
        method,
        headers: {
          ...(body !== undefined && { 'Content-Type': 'application/json' }),
          ...(this.cookie !== undefined && { Cookie: this.cookie }),
        },
        ...(body !== undefined && { body: JSON.stringify(body) }),
        // The password must not follow a redirect.
        redirect: 'manual',
        signal: this.signal,
      });
      return await readAnswer(response);
    } catch (error) {
      throw noAnswer(this.url, error, this.timeoutMs);
    }
  }
}
