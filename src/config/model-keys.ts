/** What a model key of each type is once it is read. */
export interface ModelValues {
  int: number;
  bool: boolean;
  text: string;
  device: 'cpu' | 'gpu';
  parallel: 'pp' | 'tp' | 'pptp' | 'custom';
  ids: readonly number[];
  torchrun: TorchrunConfig;
}

/** The `torchrun` section; the unset is undefined. */
export type TorchrunConfig = { readonly [Name in TorchrunKey]?: TorchrunValue<Name> };

export type ModelKeyEffect = 'now' | 'later';

/** One key of model-config.yaml that the server reads. */
export interface ModelKeyRow<Type extends keyof ModelValues = keyof ModelValues> {
  readonly type: Type;
  /** The manual's word for the default. */
  readonly default: string;
  readonly effect: ModelKeyEffect;
  readonly doc: string;
  /** Smallest number allowed. */
  readonly min?: number;
  /** Put in place of a smaller number, as TorchServe does; a smaller number is dropped if absent. */
  readonly below?: number;
}

/** Every key of model-config.yaml that the server obeys or knows, by its (case-sensitive) name. */
export const MODEL_KEYS = {
  minWorkers: row('int', 'unset', 'now', 'Workers to keep running.', { min: 1, below: 1 }),
  maxWorkers: row('int', 'minWorkers', 'now', 'Workers to run at most; counts when minWorkers is set.', {
    min: 0,
  }),
  batchSize: row('int', '1', 'now', 'Requests that may travel to a worker together.', { min: 1, below: 1 }),
  maxBatchDelay: row('int', '100', 'now', 'Time a request waits for company, ms; 0 counts as unset.', {
    min: 0,
  }),
  responseTimeout: row('int', '120', 'now', 'Time for one answer of a worker, s.', { min: 1 }),
  startupTimeout: row('int', '120', 'now', 'Time for a worker to load the model, s.', { min: 1 }),
  deviceType: row('device', 'gpu if there is one', 'now', '`cpu` or `gpu`.'),
  deviceIds: row('ids', 'all', 'now', 'GPUs this model may use.'),
  maxRetryTimeoutInSec: row('int', '300', 'now', 'Time over which failing workers are restarted, s.', {
    min: 0,
    below: 0,
  }),
  clientTimeoutInMills: row(
    'int',
    '0',
    'now',
    'Time after which a waiting request is given up, ms; 0 = never.',
    {
      min: 0,
    },
  ),
  jobQueueSize: row('int', 'job_queue_size', 'now', 'Requests that may wait for this model.', { min: 0 }),
  threads: row('int', 'CPUs / workers', 'now', 'Threads each worker computes with.', { min: 1 }),
  OMP_NUM_THREADS: row('int', 'CPUs / workers', 'now', 'The same under its OpenMP name; `threads` wins.', {
    min: 1,
  }),
  batchesInFlight: row(
    'int',
    'chosen by the worker',
    'now',
    'Batches a worker may hold, at most 16; with asyncCommunication any number, 1024 unless set.',
    {
      min: 1,
    },
  ),
  useJobTicket: row('bool', 'false', 'now', 'Accept a request only when a worker is free.'),
  parallelType: row('parallel', 'unset', 'now', '`pp`, `tp`, `pptp` or `custom`.'),
  parallelLevel: row('int', '0', 'now', 'Processes of one worker.', { min: 0 }),
  torchrun: row('torchrun', 'unset', 'now', 'How torchrun starts the processes of one worker.'),
  continuousBatching: row('bool', 'false', 'now', 'Requests join and leave a running batch.'),
  sequenceBatching: row('bool', 'false', 'now', 'Requests of one sequence go to one worker.'),
  asyncCommunication: row(
    'bool',
    'false',
    'now',
    'Requests of one worker side by side (`async def handle`).',
  ),
  useVenv: row('bool', 'false', 'now', 'A Python virtual environment for the model.'),
  sequenceMaxIdleMSec: row('int', '0', 'now', 'Time a sequence may be idle, ms; sequences need it.', {
    min: 0,
  }),
  sequenceTimeoutMSec: row('int', '0', 'now', 'Life of a sequence, ms; 0 = no limit.', { min: 0 }),
  maxSequenceJobQueueSize: row('int', '1', 'now', 'Requests that may wait in one sequence.', {
    min: 1,
    below: 1,
  }),
  maxNumSequence: row('int', '1', 'now', 'Sequences at a time.', { min: 1, below: 1 }),
} as const;

/** Keys inside `torchrun`: options of that program, and the threads of each rank. */
export const TORCHRUN_KEYS = {
  nnodes: 'int',
  'nproc-per-node': 'int',
  'rdzv-backend': 'text',
  'rdzv-endpoint': 'text',
  'rdzv-id': 'text',
  'rdzv-conf': 'text',
  'local-addr': 'text',
  'monitor-interval': 'int',
  'node-rank': 'int',
  OMP_NUMBER_THREADS: 'int',
} as const;

export type TorchrunKey = keyof typeof TORCHRUN_KEYS;
type TorchrunValue<Name extends TorchrunKey> = (typeof TORCHRUN_KEYS)[Name] extends 'int' ? number : string;

/** Sections that handlers read, not the server: what each may be, and what it is for. */
export const HANDLER_SECTIONS = {
  handler: { kinds: ['map'], doc: 'Whatever the handler reads.' },
  pt2: { kinds: ['text', 'map'], doc: 'torch.compile.' },
  micro_batching: { kinds: ['map'], doc: 'Micro-batches inside a handler.' },
  pippy: { kinds: ['map'], doc: 'Pipeline parallelism.' },
  deepspeed: { kinds: ['map'], doc: 'DeepSpeed.' },
  dali: { kinds: ['map'], doc: 'Preprocessing by DALI.' },
} as const;

export type ModelKey = keyof typeof MODEL_KEYS;

/** The known keys of one model-config.yaml; what is unset or was wrong is undefined. */
export type ModelConfig = {
  readonly [Name in ModelKey]?: ModelValues[(typeof MODEL_KEYS)[Name]['type']];
};

function row<const Type extends keyof ModelValues>(
  type: Type,
  fallback: string,
  effect: ModelKeyEffect,
  doc: string,
  limits: Pick<ModelKeyRow, 'min' | 'below'> = {},
): ModelKeyRow<Type> {
  return { type, default: fallback, effect, doc, ...limits };
}
