import { mkdirSync, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { resolveSettings } from '../../src/config/resolve.js';
import { systemClock } from '../../src/core/clock.js';
import { EventHub } from '../../src/core/events.js';
import { type Log, silentLog } from '../../src/core/log.js';
import type { ModelServices } from '../../src/models/services.js';
import { nodeRuntime } from '../../src/runtimes/node/runtime.js';
import { ModelStore } from '../../src/store/model-store.js';
import { BusyPoll } from '../../src/workers/busy-poll.js';
import { openConnections } from '../../src/workers/connection.js';
import { Placement } from '../../src/workers/placement.js';
import { type TestModel, writeModel } from '../server/running.js';

export interface ModelStage {
  readonly services: ModelServices;
  readonly store: string;
  /** Warnings and errors for the operator. */
  readonly said: string[];
  close(): Promise<void>;
}

/** What models need, with real workers, in a private folder. */
export async function openModelStage(
  models: Readonly<Record<string, TestModel>>,
  keys: Readonly<Record<string, string>> = {},
): Promise<ModelStage> {
  const folder = mkdtempSync(join(tmpdir(), 'ts-models-'));
  const store = join(folder, 'store');
  const extractInto = join(folder, 'extracted');
  mkdirSync(extractInto);
  for (const [name, model] of Object.entries(models)) writeModel(join(store, name), model);
  const { settings } = resolveSettings({
    flags: { default_workers_per_model: '1', ...keys },
    env: {},
    cwd: folder,
  });
  const said: string[] = [];
  const log: Log = { ...silentLog, warn: (line) => said.push(line), error: (line) => said.push(line) };
  const connections = await openConnections({ folder });
  let id = 8999;
  return {
    store,
    said,
    services: {
      settings,
      store: new ModelStore({
        folder: store,
        allowed: () => true,
        limits: { maxBytes: 1e6, timeoutMs: 5000, idleTimeoutMs: 5000 },
      }),
      runtimes: [nodeRuntime],
      connections,
      busyPoll: new BusyPoll(),
      placement: new Placement([]),
      cores: 8,
      nextWorkerId: () => {
        id += 1;
        return String(id);
      },
      environment: { PATH: process.env.PATH },
      modelMetrics: [],
      extractInto,
      hub: new EventHub(),
      log,
      clock: systemClock,
    },
    async close() {
      await connections.close();
      rmSync(folder, { recursive: true, force: true });
    },
  };
}
