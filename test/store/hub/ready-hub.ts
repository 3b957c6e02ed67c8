import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { onTestFinished } from 'vitest';
import { Hub } from '../../../src/store/hub/hub.js';
import { type PullRequest, planPull } from '../../../src/store/hub/plan-pull.js';
import { type PullObserver, runPull, type Snapshot } from '../../../src/store/hub/pull.js';
import { HUB_LIMITS, type HubLimits, type HubSettings } from '../../../src/store/hub/settings.js';
import { startTestHub, type TestHub } from './test-hub.js';

/** Limits of a client that does not make a test wait. */
export const QUICK: HubLimits = { ...HUB_LIMITS, firstDelayMs: 1, maxDelayMs: 5, idleTimeoutMs: 2000 };

export interface ReadyHub {
  readonly test: TestHub;
  readonly settings: HubSettings;
  readonly hub: Hub;
  readonly signal: AbortSignal;
  /** Another client, with other limits or a token. */
  client(changes?: Partial<HubSettings>, token?: string): Hub;
}

/** A test hub with a client and an empty cache; all gone when the test is over. */
export async function readyHub(): Promise<ReadyHub> {
  const test = await startTestHub();
  const folder = mkdtempSync(join(tmpdir(), 'ts-hub-'));
  const clients: Hub[] = [];
  onTestFinished(async () => {
    for (const client of clients) client.close();
    await test.close();
    rmSync(folder, { recursive: true, force: true });
  });
  const settings: HubSettings = {
    endpoint: test.url,
    cacheFolder: join(folder, 'hub'),
    tokenFile: join(folder, 'token'),
    offline: false,
    silent: true,
    proxyFor: () => undefined,
    limits: QUICK,
  };
  const client = (changes: Partial<HubSettings> = {}, token?: string) => {
    const made = new Hub(
      { ...settings, ...changes },
      token ? { text: token, source: 'the test' } : undefined,
      '0',
    );
    clients.push(made);
    return made;
  };
  return { test, settings, hub: client(), signal: new AbortController().signal, client };
}

export function requestFor(repo: string, changes: Partial<PullRequest> = {}): PullRequest {
  return { repo, type: 'model', revision: 'main', include: [], exclude: [], force: false, ...changes };
}

/** Plans and pulls with four workers. */
export async function pullAll(
  hub: Hub,
  request: PullRequest,
  options: { signal?: AbortSignal; observer?: PullObserver } = {},
): Promise<Snapshot> {
  const signal = options.signal ?? new AbortController().signal;
  const plan = await planPull(hub, request, signal);
  return runPull(hub, plan, { maxWorkers: 4, signal, observer: options.observer });
}
