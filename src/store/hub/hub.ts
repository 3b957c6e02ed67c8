import { ServeError, serveError } from '../../core/errors.js';
import { HttpClient } from './http/client.js';
import type { Receive } from './http/connection.js';
import type { Sink } from './http/framing.js';
import type { AnswerHead } from './http/head.js';
import { type Asked, type Refusal, refusalError } from './refusal.js';
import { type OnWait, Passing, retrying } from './retry.js';
import type { HubSettings } from './settings.js';
import type { Token } from './token.js';

/** One question to the hub. */
export interface Question extends Pick<Asked, 'repo' | 'type' | 'revision' | 'file' | 'what'> {
  readonly url: URL;
  readonly headers?: Readonly<Record<string, string>>;
  readonly signal: AbortSignal;
}

/** Longest text of a refusal that is kept for its reason. */
const MAX_REFUSAL_BYTES = 16 * 1024;
const REDIRECTS: readonly number[] = [301, 302, 303, 307, 308];

/** Asks the hub. The token goes to the hub's own origin alone, whatever it redirects to. */
export class Hub {
  readonly #client: HttpClient;
  readonly #origin: string;

  constructor(
    readonly settings: HubSettings,
    readonly token: Token | undefined,
    version: string,
    /** Told when a question has to be asked again. */
    private readonly onWait?: OnWait,
  ) {
    const { proxyFor, limits } = settings;
    this.#origin = new URL(settings.endpoint).origin;
    this.#client = new HttpClient({
      ...limits,
      proxyFor,
      userAgent: `ts-serve/${version}; node/${process.versions.node}`,
    });
  }

  close(): void {
    this.#client.close();
  }

  /**
   * One attempt: follows redirects, hands the body of a 2xx answer on, and gives its head. Throws Passing for failures of
   * the network and of the far side, a ServeError for everything that will stay, and what `receive` or its sink threw.
   */
  async attempt(question: Question, receive: Receive): Promise<AnswerHead> {
    const seen = new Set<string>();
    let url = question.url;
    for (let redirects = 0; redirects <= this.settings.limits.maxRedirects; redirects += 1) {
      const answer = await this.#once(question, url, receive);
      if (answer instanceof URL) {
        if (seen.has(answer.href)) throw this.#redirected(question, 'it leads in a circle');
        seen.add(answer.href);
        url = answer;
      } else return answer;
    }
    throw this.#redirected(question, `more than ${this.settings.limits.maxRedirects} times`);
  }

  /** Asks until there is an answer in JSON. Throws the ServeErrors of `attempt` and HUB_ANSWER. */
  async json(question: Question): Promise<{ readonly value: unknown; readonly head: AnswerHead }> {
    const { limits } = this.settings;
    return retrying(
      async () => {
        const body = collect(limits.maxAnswerBytes, () => this.#tooLarge(question));
        const head = await this.attempt(question, () => body.sink);
        try {
          return { value: JSON.parse(body.text()), head };
        } catch {
          throw this.answerError(question, 'it is not JSON');
        }
      },
      { limits, signal: question.signal, onWait: this.onWait },
    );
  }

  /** An answer that cannot be understood. */
  answerError({ url, what }: Question, reason: string): ServeError {
    return serveError('HUB_ANSWER', { host: url.host, what, reason });
  }

  /** The head of the answer, or where it sends. */
  async #once(question: Question, url: URL, receive: Receive): Promise<AnswerHead | URL> {
    let refusal: ReturnType<typeof collect> | undefined;
    const decide: Receive = (head) => {
      if (head.status >= 200 && head.status < 300) return receive(head);
      refusal = collect(MAX_REFUSAL_BYTES);
      return refusal.sink;
    };
    const head = await this.#get(question, url, decide);
    if (!refusal) return head;
    const next = this.#redirectOf(question, url, head);
    if (next) return next;
    throw this.#refused(question, url, { ...head, text: refusal.text() });
  }

  async #get({ headers, signal, what }: Question, url: URL, receive: Receive): Promise<AnswerHead> {
    const mine = url.origin === this.#origin && this.token;
    const authorization: Record<string, string> = mine ? { authorization: `Bearer ${mine.text}` } : {};
    const thrownByUs: unknown[] = [];
    try {
      return await this.#client.get(url, {
        headers: { ...headers, ...authorization },
        signal,
        receive: remembering(receive, thrownByUs),
      });
    } catch (thrown) {
      if (thrownByUs.includes(thrown) || thrown instanceof ServeError) throw thrown;
      const reason = thrown instanceof Error ? thrown.message || thrown.name : String(thrown);
      const unreachable = serveError('HUB_UNREACHABLE', { host: url.host, what, reason }, { cause: thrown });
      // Whoever cannot be trusted now cannot a second later.
      throw isDistrust(thrown) ? unreachable : new Passing(() => unreachable);
    }
  }

  #redirectOf(question: Question, url: URL, { status, headers }: AnswerHead): URL | undefined {
    const location = headers.get('location');
    if (!REDIRECTS.includes(status) || location === undefined) return undefined;
    if (!URL.canParse(location, url.href)) throw this.#redirected(question, 'the address is malformed');
    const next = new URL(location, url);
    if (next.protocol !== 'https:' && next.protocol !== 'http:')
      throw this.#redirected(question, `to an address of the kind ${next.protocol}`);
    if (url.protocol === 'https:' && next.protocol === 'http:')
      throw this.#redirected(question, 'from https to http');
    return next;
  }

  #refused(question: Question, url: URL, refusal: Refusal): Passing | ServeError {
    const { endpoint, limits } = this.settings;
    const tokenSource = this.token?.source;
    return refusalError(refusal, { ...question, endpoint, host: url.host, tokenSource }, limits);
  }

  #redirected({ url, what }: Question, reason: string): ServeError {
    return serveError('HUB_REDIRECT', { host: url.host, what, reason });
  }

  #tooLarge({ what }: Question): ServeError {
    const limit = `${this.settings.limits.maxAnswerBytes} bytes`;
    return serveError('HUB_TOO_LARGE', {
      what: `The answer for ${what}`,
      limit,
      flag: 'the limit of the program',
    });
  }
}

/** Keeps a body as text: its beginning, or all of it or an error when there is more. */
function collect(maxBytes: number, tooLarge?: () => Error): { readonly sink: Sink; text(): string } {
  const pieces: Buffer[] = [];
  let sizeBytes = 0;
  return {
    sink(piece) {
      if (sizeBytes + piece.length > maxBytes && tooLarge) throw tooLarge();
      const room = Math.min(piece.length, maxBytes - sizeBytes);
      // The piece is only valid during the call.
      if (room > 0) pieces.push(Buffer.from(piece.subarray(0, room)));
      sizeBytes += room;
    },
    text: () => Buffer.concat(pieces).toString('utf8'),
  };
}

function isDistrust(thrown: unknown): boolean {
  return /CERT|SIGNATURE|ERR_TLS/.test((thrown as NodeJS.ErrnoException).code ?? '');
}

/** Tells errors of our own side (a full disk) from those of the connection, which are tried again. */
function remembering(receive: Receive, thrown: unknown[]): Receive {
  const guard = <Args extends unknown[], Result>(act: (...args: Args) => Result) => {
    return (...args: Args): Result => {
      try {
        return act(...args);
      } catch (error) {
        thrown.push(error);
        throw error;
      }
    };
  };
  return guard((head: AnswerHead) => guard(receive(head)));
}
