import { homedir } from 'node:os';
import { join, resolve } from 'node:path';
import { serveError } from '../../core/errors.js';
import { type ProxyFor, proxiesOf } from './http/proxy.js';

/** Where the hub and the cache are; the defaults come from the environment, under the names the field uses. */
export interface HubSettings {
  /** Origin and path of the hub, without a final slash. `HF_ENDPOINT`. */
  readonly endpoint: string;
  /** The folder with `models--org--name`. `HF_HUB_CACHE`, else `HF_HOME/hub`. */
  readonly cacheFolder: string;
  /** `HF_TOKEN_PATH`, else `HF_HOME/token`. */
  readonly tokenFile: string;
  /** The network must not be used. `HF_HUB_OFFLINE`, `TRANSFORMERS_OFFLINE`. */
  readonly offline: boolean;
  /** No bars and lines. `HF_HUB_DISABLE_PROGRESS_BARS`. */
  readonly silent: boolean;
  /** `HTTPS_PROXY`, `HTTP_PROXY`, `ALL_PROXY`, `NO_PROXY`. */
  readonly proxyFor: ProxyFor;
  readonly limits: HubLimits;
}

/** How long and how much. */
export interface HubLimits {
  /** Time to connect, ms. */
  readonly connectTimeoutMs: number;
  /** Time in which something must arrive, ms. `HF_HUB_DOWNLOAD_TIMEOUT` in seconds. */
  readonly idleTimeoutMs: number;
  /** Attempts without any new byte between them before a request is given up. */
  readonly attempts: number;
  /** Wait before the second attempt, ms; doubled for each further one. */
  readonly firstDelayMs: number;
  /** Longest wait between two attempts, ms. */
  readonly maxDelayMs: number;
  /** Longest `Retry-After` that is waited for, ms. */
  readonly maxRetryAfterMs: number;
  /** Longest wait for another program that downloads the same file, ms. */
  readonly lockTimeoutMs: number;
  /** Files of one repository. */
  readonly maxFiles: number;
  /** One answer of the API, bytes. */
  readonly maxAnswerBytes: number;
  readonly maxRedirects: number;
}

export const HUB_LIMITS: HubLimits = {
  connectTimeoutMs: 15_000,
  idleTimeoutMs: 30_000,
  attempts: 6,
  firstDelayMs: 500,
  maxDelayMs: 8000,
  maxRetryAfterMs: 300_000,
  lockTimeoutMs: 3_600_000,
  maxFiles: 100_000,
  maxAnswerBytes: 64 * 1024 * 1024,
  maxRedirects: 10,
};

/** Throws HUB_ENDPOINT and HUB_PROXY when an address in the environment cannot be used. */
export function hubSettings(env: NodeJS.ProcessEnv): HubSettings {
  const home = folderOf(env, 'HF_HOME') ?? join(cacheHome(env), 'huggingface');
  const timeoutSec = Number(env.HF_HUB_DOWNLOAD_TIMEOUT);
  return {
    endpoint: endpointOf(env),
    cacheFolder: folderOf(env, 'HF_HUB_CACHE') ?? folderOf(env, 'HUGGINGFACE_HUB_CACHE') ?? join(home, 'hub'),
    tokenFile: folderOf(env, 'HF_TOKEN_PATH') ?? join(home, 'token'),
    offline: isTrue(env.HF_HUB_OFFLINE || env.TRANSFORMERS_OFFLINE),
    silent: isTrue(env.HF_HUB_DISABLE_PROGRESS_BARS),
    proxyFor: proxiesOf(env),
    limits: timeoutSec > 0 ? { ...HUB_LIMITS, idleTimeoutMs: timeoutSec * 1000 } : HUB_LIMITS,
  };
}

function endpointOf(env: NodeJS.ProcessEnv): string {
  const value = env.HF_ENDPOINT || 'https://huggingface.co';
  const url = URL.canParse(value) ? new URL(value) : undefined;
  if (url?.protocol !== 'http:' && url?.protocol !== 'https:')
    throw serveError('HUB_ENDPOINT', { name: 'HF_ENDPOINT', value });
  return value.replace(/\/+$/, '');
}

function cacheHome(env: NodeJS.ProcessEnv): string {
  return env.XDG_CACHE_HOME || join(homedir(), '.cache');
}

/** A path of the environment, in which `~` and `$NAME` may stand. */
function folderOf(env: NodeJS.ProcessEnv, name: string): string | undefined {
  const value = env[name];
  if (!value) return undefined;
  const expanded = value
    .replace(/^~(?=\/|$)/, homedir())
    .replace(/\$(?:(\w+)|\{(\w+)\})/g, (whole, plain?: string, braced?: string) => {
      return env[plain ?? braced ?? ''] ?? whole;
    });
  return resolve(expanded);
}

/** What Python's library takes for yes. */
function isTrue(value: string | undefined): boolean {
  return /^(1|on|yes|true)$/i.test(value ?? '');
}
