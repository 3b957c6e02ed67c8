import type { RunningServer, ServedModel } from '../../server/start.js';

/** Start-up says at most twelve lines, warnings included. */
const MOST_MODELS = 5;

/** What a person is told when the server is ready: where it listens, what it serves, and how to ask it. */
export async function startUpText(
  server: RunningServer,
  logFolder: string,
  background: boolean,
): Promise<string> {
  const { inference, management, metrics } = server.addresses;
  const others = [
    management !== inference ? `management ${management}` : '',
    metrics && metrics !== inference ? `metrics ${metrics}` : '',
  ].filter((text) => text !== '');
  const example = await firstExample(server.models);
  const lines = [
    `Serving at ${inference}${others.length > 0 ? ` (${others.join(', ')})` : ''}`,
    ...modelLines(server.models),
    `Logs in ${logFolder}. ${background ? '"ts serve --stop" stops it.' : 'Press Ctrl-C to stop.'}`,
    ...(example ? [`Try: ${example}`] : []),
  ];
  return `${lines.join('\n')}\n`;
}

/** One line of JSON for programs that start a server. */
export function readyLine({ addresses, models }: RunningServer): string {
  const line = {
    event: 'ready',
    ...addresses,
    pid: process.pid,
    models: models.map(({ name, version, readyWorkers }) => ({ name, version, workers: readyWorkers })),
  };
  return `${JSON.stringify(line)}\n`;
}

function modelLines(models: readonly ServedModel[]): string[] {
  if (models.length === 0) return ['  no models yet'];
  const lines = models.slice(0, MOST_MODELS).map(modelLine);
  const more = models.length - lines.length;
  return more > 0 ? [...lines, `  and ${more} more`] : lines;
}

function modelLine({ name, version, workers, readyWorkers, device }: ServedModel): string {
  const count = `${workers} worker${workers === 1 ? '' : 's'} on ${device}`;
  const missing = readyWorkers < workers ? `, ${readyWorkers} of them ready` : '';
  return `  ${name} ${version}: ${count}${missing}`;
}

async function firstExample(models: readonly ServedModel[]): Promise<string | undefined> {
  for (const model of models) {
    const example = await model.example();
    if (example) return example;
  }
  return undefined;
}
