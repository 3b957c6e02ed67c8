import { HOST_LEVEL, type MetricDefinition } from '../definition.js';

const HOST = ['Host'];

/** Measured per worker. */
export const workerMetrics: readonly MetricDefinition[] = [
  {
    name: 'WorkerThreadTime',
    type: 'gauge',
    unit: 'Milliseconds',
    ...HOST_LEVEL,
    doc: "Time of the latest batch in the server, without the handler's own, whole milliseconds.",
    observe: ({ hub }, record) =>
      hub.on('batch.done', ({ frontMs }) => record(HOST, Math.max(0, Math.floor(frontMs)))),
  },
  {
    name: 'WorkerBatches',
    type: 'counter',
    unit: 'Count',
    dimensions: ['ModelName', 'Level'],
    host: 'Hostname',
    prometheusOnly: true,
    doc: 'Batches that came back from workers; requests over batches is the mean size of a batch. Only in `prometheus` mode; not in TorchServe.',
    observe: ({ hub }, record) =>
      hub.on('batch.done', ({ worker, jobs }) => {
        if (jobs.length > 0) record([worker.model, 'Host'], 1);
      }),
  },
  {
    name: 'WorkerLoadTime',
    type: 'gauge',
    unit: 'Milliseconds',
    dimensions: ['WorkerName', 'Level'],
    host: 'Hostname',
    doc: 'Time from the start of a worker until its model was loaded, whole milliseconds.',
    observe: ({ hub }, record) =>
      hub.on('worker.state', ({ worker }) => {
        if (worker.state !== 'ready' || worker.loadMs === undefined) return;
        record([`W-${worker.id}-${worker.model}_${worker.version}`, 'Host'], Math.floor(worker.loadMs));
      }),
  },
];
