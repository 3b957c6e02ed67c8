import { HOST_LEVEL, type MetricDefinition } from '../definition.js';

const LABELS = ['Host'];

/** REST answers by the first digit of their status; what is neither 2xx nor 4xx counts as 5xx, as in TorchServe. */
export const requestMetrics: readonly MetricDefinition[] = [
  answers('Requests2XX', 'REST answers with a status from 200 to 299.', (status) => kindOf(status) === 2),
  answers('Requests4XX', 'REST answers with a status from 400 to 499.', (status) => kindOf(status) === 4),
  answers('Requests5XX', 'All other REST answers.', (status) => kindOf(status) === 5),
];

function answers(name: string, doc: string, counts: (status: number) => boolean): MetricDefinition {
  return {
    name,
    type: 'counter',
    unit: 'Count',
    ...HOST_LEVEL,
    doc,
    observe: ({ hub }, record) =>
      hub.on('http.answered', ({ status }) => {
        if (counts(status)) record(LABELS, 1);
      }),
  };
}

function kindOf(status: number): 2 | 4 | 5 {
  if (status >= 200 && status < 300) return 2;
  return status >= 400 && status < 500 ? 4 : 5;
}
