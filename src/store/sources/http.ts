import { serveError } from '../../core/errors.js';
import type { Source, SourceContext } from './source.js';

const MOST_REDIRECTS = 5;

/** `http://` and `https://` URLs. Every redirect must match `allowed_urls` like the first URL. */
export const httpSource: Source = {
  schemes: ['http:', 'https:'],
  async open(url, context) {
    let here = url;
    for (let redirects = 0; redirects <= MOST_REDIRECTS; redirects += 1) {
      const response = await ask(here, context);
      const next = redirectOf(response, here);
      if (!next) return bodyOf(response, context);
      await response.body?.cancel();
      if (!context.allowed(next.href)) throw serveError('URL_NOT_ALLOWED', { url: next.href });
      here = next;
    }
    throw new Error(`it was redirected more than ${MOST_REDIRECTS} times`);
  },
};

async function ask(url: URL, { signal }: SourceContext): Promise<Response> {
  try {
    return await fetch(url, { redirect: 'manual', signal, headers: { 'accept-encoding': 'identity' } });
  } catch (thrown) {
    // fetch says only "fetch failed"; what happened is in its cause.
    throw thrown instanceof Error && thrown.cause instanceof Error ? thrown.cause : thrown;
  }
}

function redirectOf(response: Response, from: URL): URL | undefined {
  const location = response.headers.get('location');
  return response.status >= 300 && response.status < 400 && location ? new URL(location, from) : undefined;
}

function bodyOf(response: Response, { limits }: SourceContext): AsyncIterable<Uint8Array> {
  if (response.status !== 200) throw new Error(`the server answered ${response.status}`);
  const size = Number(response.headers.get('content-length') ?? 0);
  if (size > limits.maxBytes) throw new Error(`it has ${size} bytes, more than ${limits.maxBytes}`);
  if (!response.body) throw new Error('the server sent nothing');
  return response.body as unknown as AsyncIterable<Uint8Array>;
}
