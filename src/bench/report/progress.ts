import type { Progress } from '../progress.js';

/** A `Progress` that must be closed, so that the last bar leaves the screen whole. */
export interface ShownProgress extends Progress {
  close(): void;
}

/** Bars on a terminal, one plain line for each stretch elsewhere. Both go to stderr; stdout is for results. */
export async function showProgress(stream: NodeJS.WriteStream): Promise<ShownProgress> {
  return stream.isTTY ? showBars(stream) : showLines(stream);
}

function showLines(stream: NodeJS.WritableStream): ShownProgress {
  return {
    begin: (label) => stream.write(`${label}\n`),
    at() {},
    close() {},
  };
}

async function showBars(stream: NodeJS.WritableStream): Promise<ShownProgress> {
  const { default: cliProgress } = await import('cli-progress');
  const format = '{label} {bar} {percentage} %, {eta_formatted} left';
  const bar = new cliProgress.SingleBar({ format, stream, hideCursor: true, clearOnComplete: true });
  let shown = false;
  const stop = () => {
    if (shown) bar.stop();
    shown = false;
  };
  return {
    begin(label, total) {
      stop();
      if (total === undefined || total === 0) stream.write(`${label}\n`);
      else {
        shown = true;
        bar.start(total, 0, { label });
      }
    },
    at: (done) => bar.update(done),
    close: stop,
  };
}
