import { spawnSync } from 'node:child_process';
import { readdirSync, readFileSync } from 'node:fs';
import { basename, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { pythonWith } from '../../runtimes/python/interpreters.js';
import { type StartedServer, startServer } from '../../started-server.js';
import { type Answer, ask, type Question } from './question.js';

const GOLDEN = fileURLToPath(new URL('./golden', import.meta.url));
const EXAMPLES = fileURLToPath(new URL('../../../fixtures/python', import.meta.url));
const ARCHIVES = fileURLToPath(new URL('../../../.cache/python-examples', import.meta.url));
/** Imports torchvision also where it is built for GPUs that are not here. */
const GPU_FREE = join(EXAMPLES, 'gpu-free');
/** Numbers of TorchServe's and ours may differ by this, relative to their size. */
const TOLERANCE = 1e-5;
/** Importing torch and transformers takes seconds, and many more on a machine that does other things. */
const LIMIT_MS = 180_000;
const NUMBER = /-?\d+(?:\.\d+)?(?:e[-+]?\d+)?/g;
const NAMES = readdirSync(GOLDEN).map((file) => basename(file, '.json'));
const python = pythonWith('torch');

interface Example {
  readonly about: string;
  readonly requests: readonly (({ readonly name: string } & Question) | Together)[];
}

interface Together {
  readonly name: string;
  readonly together: readonly Question[];
}

let server: StartedServer;
/** What each example needs and the interpreter lacks. */
let missing: Readonly<Record<string, readonly string[]>>;

describe.skipIf('reason' in python)(
  `TorchServe's answers${'reason' in python ? `: ${python.reason}` : ''}`,
  () => {
    beforeAll(async () => {
      if ('reason' in python) return;
      missing = build(python.path);
      const store = ['--model-store', ARCHIVES, '--python-executable', python.path];
      server = await startServer([...store, '--enable-model-api', '--disable-token-auth'], {
        PYTHONPATH: GPU_FREE,
      });
    }, LIMIT_MS);

    afterAll(async () => {
      await server?.stop();
    });

    for (const name of NAMES) {
      const example = read<Example>(join(EXAMPLES, name, 'example.json'));
      it(`${name}: ${example.about}`, { timeout: LIMIT_MS }, async ({ skip }) => {
        const lacking = missing[name] ?? [];
        if (lacking.length > 0) skip(`this Python has no ${lacking.join(', ')}`);
        await manage('POST', `/models?url=${name}.mar&initial_workers=1&synchronous=true`);
        try {
          expectLike(await answersOf(name, example), read(join(GOLDEN, `${name}.json`)), name);
        } finally {
          await manage('DELETE', `/models/${name}`);
        }
      });
    }
  },
);

/** Builds the archives, or keeps those that are there. */
function build(interpreter: string): Readonly<Record<string, readonly string[]>> {
  const done = spawnSync(interpreter, [join(EXAMPLES, 'build.py'), ARCHIVES], {
    encoding: 'utf8',
    env: { ...process.env, PYTHONPATH: GPU_FREE },
  });
  expect(done.status, done.stderr).toBe(0);
  return JSON.parse(done.stdout) as Record<string, string[]>;
}

async function answersOf(name: string, example: Example): Promise<Record<string, unknown>> {
  const folders = { example: join(EXAMPLES, name), built: join(ARCHIVES, name) };
  const one = (question: Question): Promise<Answer> =>
    ask(question, folders, question.management ? server.management : server.inference);
  const answers: Record<string, unknown> = {};
  for (const request of example.requests) {
    answers[request.name] =
      'together' in request ? await Promise.all(request.together.map(one)) : await one(request);
  }
  return answers;
}

async function manage(method: string, path: string): Promise<void> {
  const response = await fetch(server.management + path, { method });
  expect(response.status, await response.text()).toBe(200);
}

/** Equal to the byte, but for the last digits of numbers. */
function expectLike(found: unknown, recorded: unknown, place: string): void {
  if (isRecord(recorded) && isRecord(found)) {
    expect(Object.keys(found), place).toEqual(Object.keys(recorded));
    for (const key of Object.keys(recorded)) expectLike(found[key], recorded[key], `${place}.${key}`);
  } else if (typeof recorded === 'string' && typeof found === 'string') {
    expect(found.replaceAll(NUMBER, '#'), place).toBe(recorded.replaceAll(NUMBER, '#'));
    const numbers = found.match(NUMBER) ?? [];
    for (const [index, number] of (recorded.match(NUMBER) ?? []).entries()) {
      const allowed = TOLERANCE * Math.max(1, Math.abs(Number(number)));
      const distance = Math.abs(Number(numbers[index]) - Number(number));
      expect(distance, `${place}: ${numbers[index]} for ${number}`).toBeLessThanOrEqual(allowed);
    }
  } else {
    expect(found, place).toEqual(recorded);
  }
}

function isRecord(value: unknown): value is Readonly<Record<string, unknown>> {
  return typeof value === 'object' && value !== null;
}

function read<T>(path: string): T {
  return JSON.parse(readFileSync(path, 'utf8')) as T;
}
