import { asServeError } from '../core/errors.js';
import type { WorkerFacts, WorkerMetric, WorkerState } from '../core/events.js';
import type { WorkerFailure } from '../core/failure.js';
import type { Job, JobOwner } from '../core/job.js';
import { LastLines } from '../core/output.js';
import type { Device } from '../devices/device.js';
import { encodeFrame } from '../wire/encode.js';
import type { ChunkHeader, DoneHeader, FailedHeader, Frame, HelloHeader } from '../wire/frames.js';
import { settleAnswers, writeChunk } from './answers.js';
import { encodeBatch } from './batch-frame.js';
import { type Death, deathByExit, diedError, failureOf, withLastWords } from './death.js';
import { InFlight, type SentBatch } from './in-flight.js';
import { deviceOf, launchCommand } from './launch.js';
import type { WorkerLink } from './link.js';
import { readMetricLine } from './metric-line.js';
import { RankLinks } from './ranks.js';
import { readMetric, writeReport } from './reports.js';
import { Silence } from './silence.js';
import { type Ending, spawnWorker, type WorkerProcess } from './spawn.js';
import { isOver, mayBecome } from './states.js';
import type { WorkerOptions } from './worker-options.js';

/**
 * One process, or one group of ranks, with one model loaded: its state, its sockets, and the jobs it owns. Whatever ends
 * one rank ends the group. Never reused after its end.
 */
export class Worker implements JobOwner {
  readonly id: string;
  readonly device: Device;
  /** Resolves when the process is no more. */
  readonly ended: Promise<void>;
  /** False once nobody tries to replace it any more. */
  healthy = true;
  /** Monotonic time of READY, ms. */
  readyAt: number | undefined;
  /** Batches it answered. */
  answered = 0;

  readonly #options: WorkerOptions<Worker>;
  readonly #inFlight: InFlight;
  readonly #lastLines = new LastLines();
  readonly #bornAt: number;
  readonly #silence: Silence;
  #facts: WorkerFacts;
  #credits = 0;
  readonly #links: RankLinks;
  #process: WorkerProcess | undefined;
  #ending: Ending | undefined;
  #death: Death | undefined;
  #leaving = false;
  /** There is nothing more to be read from its process, or there never was one. */
  #silenced = false;
  #gone = false;
  #forgetToken: () => void = () => {};
  /** Of the phase it is in: dialling, loading, draining, leaving, or the grace after one of its two ends. */
  #stopPhaseTimer: () => void = () => {};
  #resolveEnded: () => void = () => {};

  constructor(options: WorkerOptions<Worker>) {
    const { id, model, version, clock, limits, ranks } = options;
    this.#options = options;
    this.#inFlight = new InFlight(options.busyPoll);
    this.#links = new RankLinks(ranks, limits.responseMs, clock, (...late) => this.#late(...late));
    this.id = id;
    this.device = options.placed.device;
    this.#bornAt = clock.now();
    this.#facts = {
      id,
      model,
      version,
      state: 'starting',
      pid: undefined,
      startedAt: clock.date(),
      loadMs: undefined,
    };
    this.#silence = new Silence(
      limits.responseMs,
      clock,
      () => this.#inFlight.batches > 0,
      () => this.#late('gave no answer for', limits.responseMs),
    );
    this.ended = new Promise((resolve) => {
      this.#resolveEnded = resolve;
    });
  }

  /** A snapshot: made anew whenever something changes. */
  get facts(): WorkerFacts {
    return this.#facts;
  }

  get state(): WorkerState {
    return this.#facts.state;
  }

  /** Batches that may be sent to it now. */
  get credits(): number {
    return this.state === 'ready' && this.#links.leader ? Math.max(0, this.#credits) : 0;
  }

  /** True for later ranks of a group that another machine leads: they take no requests. */
  get follows(): boolean {
    return this.#links.follows;
  }

  /** Jobs it has and has not answered. */
  get inFlight(): number {
    return this.#inFlight.jobs;
  }

  /** Of these the ones it keeps for the next round, which begins with `send`; none while a round runs. */
  get held(): number {
    return this.#inFlight.kept;
  }

  /** Why it ended; undefined while it lives and when it was told to end. Its last words are all there at `onGone`. */
  get failure(): WorkerFailure | undefined {
    return this.#death && failureOf(this.#death, this.#lastLines.lines, this.#options.load.directory);
  }

  /** The same as a text, last words below. */
  get lastFailure(): string | undefined {
    return this.failure && withLastWords(this.failure);
  }

  /** Starts the process. What goes wrong is told through `onGone`, never thrown. */
  start(): void {
    const { hub, limits } = this.#options;
    hub.emit('worker.state', { worker: this.#facts, from: undefined });
    try {
      this.#spawn();
      this.#startPhase(limits.startMs, () => this.#late('did not dial in within', limits.startMs));
    } catch (thrown) {
      this.#fail({ status: 500, reason: asServeError(thrown).message });
    }
  }

  /** Takes jobs over and sends them as one batch, behind those it holds. Call it only while there are credits. */
  send(jobs: readonly Job[]): void {
    if (this.credits === 0) throw new Error(`worker ${this.id} was sent a batch without credit`);
    this.#sendBatch(jobs);
  }

  abandon(job: Job): void {
    const place = this.#inFlight.find(job);
    job.owner = undefined;
    if (place) this.#links.cancel(encodeFrame('CANCEL', place.batch.id, { jobs: [place.index] }));
    else this.#inFlight.drop(job);
  }

  /** Takes no more batches, waits up to `drainMs` for those it has, and ends the process. Resolves as `ended` does. */
  stop(drainMs: number): Promise<void> {
    if (!isOver(this.state)) this.#drain(drainMs);
    return this.ended;
  }

  #sendBatch(jobs: readonly Job[]): void {
    const { clock, hub } = this.#options;
    if (!this.#links.complete) return;
    const now = clock.now();
    if (this.#inFlight.batches === 0) this.#silence.broken(now);
    const batch = this.#inFlight.add(jobs, now);
    for (const job of jobs) {
      job.owner = this;
      job.sentAt = now;
    }
    if (!this.#transmit(batch)) return;
    this.#credits -= 1;
    for (const job of jobs) hub.emit('job.sent', { job, worker: this.#facts });
  }

  #spawn(): void {
    const { connections, limits } = this.#options;
    const expectation = connections.expect({
      maxFrameBytes: limits.maxFrameBytes,
      connections: this.#links.count,
      onHello: (link, hello) => this.#greet(link, hello),
      onRefused: (reason) => this.#fail({ status: 500, reason: `The worker was refused: ${reason}.` }),
    });
    this.#forgetToken = expectation.cancel;
    const command = launchCommand(this.#options, expectation.token);
    this.#process = spawnWorker(command, limits, {
      onLine: (stream, line) => this.#heard(stream, line),
      onExit: (ending) => this.#exited(ending),
      onClosed: () => {
        this.#silenced = true;
        this.#concludeWhenQuiet();
        this.#goneWhenOver();
      },
    });
    this.#facts = { ...this.#facts, pid: this.#process.pid };
  }

  #greet(link: WorkerLink, hello: HelloHeader): void {
    const { limits, load, placed, threads } = this.#options;
    const pid = Number.isInteger(hello.pid) ? hello.pid : undefined;
    const rank = this.#links.grouped ? hello.rank : 0;
    if (this.state !== 'starting' || !this.#links.add(rank, link, pid)) {
      link.destroy();
      return;
    }
    const pids = this.#links.grouped ? this.#links.pids : undefined;
    this.#facts = { ...this.#facts, pid: rank === 0 ? (pid ?? this.#facts.pid) : this.#facts.pid, pids };
    if (this.#links.complete) {
      this.#become('loading');
      this.#startPhase(limits.loadMs, () => this.#late('did not load the model within', limits.loadMs));
    }
    link.write(encodeFrame('LOAD', 0, { ...load, device: deviceOf(placed, rank), threads }));
    link.listen({
      onFrame: (frame) => this.#take(frame, rank),
      onClosed: (fault) => this.#disconnected(fault, rank),
    });
  }

  #take(frame: Frame, rank: number): void {
    if (frame.type === 'READY') this.#ready(frame.header.credits, rank);
    else if (frame.type === 'FAILED') this.#refused(frame.header, rank);
    else if (frame.type === 'LOG') writeReport(this.#options.log, frame.header, this.#facts);
    else if (rank > 0) this.#links.spoke(rank, frame.type);
    else if (frame.type === 'DONE') this.#done(this.#batchOf(frame.id), frame.header, frame.body);
    else if (frame.type === 'CHUNK') this.#chunk(this.#batchOf(frame.id), frame.header, frame.body);
    else if (frame.type === 'METRIC') this.#measured(readMetric(frame.header));
    else if (frame.type === 'ALIVE') this.#silence.broken(this.#options.clock.now());
    else throw new SyntaxError(`a worker does not send ${frame.type}`);
  }

  #measured(metric: WorkerMetric | undefined): void {
    if (metric) this.#options.hub.emit('worker.metric', { worker: this.#facts, metric });
  }

  #refused({ status, message }: FailedHeader, rank: number): void {
    const reason = this.#links.grouped ? `${this.#links.name(rank)}: ${message}` : String(message);
    this.#fail({ status: status === 507 ? 507 : 500, reason });
  }

  #ready(credits: number, rank: number): void {
    if (!Number.isInteger(credits) || credits < 1) throw new SyntaxError('READY came without credits');
    if (rank === 0) this.#credits = credits;
    const all = this.#links.loaded(rank);
    if (all && this.state === 'loading') this.#loaded();
  }

  #loaded(): void {
    const now = this.#options.clock.now();
    this.#stopPhaseTimer();
    this.readyAt = now;
    this.#facts = { ...this.#facts, loadMs: now - this.#bornAt };
    this.#become('ready');
    this.#options.onReady(this);
    this.#options.onCredit();
  }

  #batchOf(id: number): SentBatch {
    const batch = this.#inFlight.get(id);
    if (!batch) throw new SyntaxError(`there is no batch ${id}`);
    return batch;
  }

  #chunk(batch: SentBatch, header: ChunkHeader, body: Buffer): void {
    this.#silence.broken(this.#options.clock.now());
    writeChunk(batch, header, body);
  }

  #done(batch: SentBatch, header: DoneHeader, body: Buffer): void {
    const { clock, hub, load, onCredit } = this.#options;
    const now = clock.now();
    this.#silence.broken(now);
    this.#links.answered(batch.jobs[0]?.request.verb, now);
    settleAnswers(batch, header, body, now, load.continuousBatching);
    this.#inFlight.close(batch, now, header.handlerMs);
    this.answered += 1;
    this.#credits += header.credits;
    const frontMs = Math.max(0, now - batch.sentAt - header.handlerMs);
    hub.emit('batch.done', { worker: this.#facts, jobs: batch.jobs, handlerMs: header.handlerMs, frontMs });
    if (this.state === 'draining') this.#leaveWhenDone();
    else if (this.credits > 0) onCredit();
  }

  /** False if the batch fits no frame; its jobs are then answered so. */
  #transmit(batch: SentBatch): boolean {
    try {
      this.#links.sendBatch(encodeBatch(batch), batch.jobs[0]?.request.verb, this.#inFlight.batches > 1);
      return true;
    } catch (thrown) {
      this.#inFlight.remove(batch, batch.sentAt);
      for (const job of batch.jobs) job.fail(thrown, batch.sentAt);
      return false;
    }
  }

  #drain(drainMs: number): void {
    const working = this.#links.complete && (this.state === 'ready' || this.state === 'draining');
    if (this.state !== 'draining') this.#become('draining');
    if (!working) this.#finish('stopped');
    else if (!this.#leaving) {
      this.#startPhase(drainMs, () => this.#finish('stopped'));
      this.#leaveWhenDone();
    }
  }

  #leaveWhenDone(): void {
    if (this.#inFlight.batches > 0 || this.#leaving) return;
    if (this.held > 0) {
      // Nobody else sends rounds to a worker that drains.
      this.#sendBatch([]);
      return;
    }
    this.#leaving = true;
    this.#links.sendAll(encodeFrame('BYE', 0, {}));
    this.#links.end();
    this.#startPhase(this.#options.limits.exitMs, () => this.#finish('stopped'));
  }

  #heard(stream: 'stdout' | 'stderr', line: string): void {
    if (stream === 'stderr') this.#lastLines.add(line);
    const metric = this.#options.runtime.printsMetrics ? readMetricLine(line) : undefined;
    if (metric) this.#measured(metric);
    else this.#options.hub.emit('worker.output', { worker: this.#facts, stream, line });
  }

  /** A socket has ended. The process follows, and how that ended tells why. */
  #disconnected(fault: string | undefined, rank: number): void {
    this.#links.remove(rank);
    if (fault !== undefined)
      this.#fail({ status: 500, reason: `${this.#links.name(rank)} broke the protocol: ${fault}.` });
    else if (this.#ending && this.#links.open === 0) this.#concludeWhenQuiet();
    else if (!isOver(this.state) && !this.#leaving) {
      const reason = this.#links.blame('The worker closed its connection.');
      this.#startPhase(this.#links.graceMs, () => this.#fail({ status: 500, reason }));
    }
  }

  /** Its process has ended. Answers it gave before may still be in the socket, and last words in its pipes. */
  #exited(ending: Ending): void {
    this.#ending = ending;
    // A server that was busy meanwhile reads what is in the socket before it gives a verdict.
    const conclude = () => setImmediate(() => this.#conclude(ending));
    if (!isOver(this.state)) this.#startPhase(this.#links.graceMs, conclude);
    this.#concludeWhenQuiet();
  }

  #concludeWhenQuiet(): void {
    if (this.#ending && this.#silenced && this.#links.open === 0) this.#conclude(this.#ending);
  }

  #conclude(ending: Ending): void {
    const death = deathByExit(ending);
    if (this.state === 'draining' && this.#inFlight.batches === 0) this.#finish('stopped');
    else this.#fail({ ...death, reason: this.#links.blame(death.reason) });
  }

  #fail(death: Death): void {
    if (isOver(this.state)) return;
    this.#death = { ...death, at: this.#options.clock.date() };
    this.#finish('failed');
  }

  /** The one way out: state, timers, socket, process, jobs. */
  #finish(state: 'stopped' | 'failed'): void {
    if (isOver(this.state)) return;
    this.#become(state);
    this.#stopPhaseTimer();
    this.#silence.stop();
    this.#forgetToken();
    this.#links.destroy();
    this.#process?.kill();
    const now = this.#options.clock.now();
    for (const job of this.#inFlight.takeAll(now)) job.fail(diedError(this.failure), now);
    if (!this.#process) this.#silenced = true;
    queueMicrotask(() => this.#goneWhenOver());
  }

  /** Its pipes and its socket end in any order. */
  #goneWhenOver(): void {
    if (!this.#silenced || !isOver(this.state) || this.#gone) return;
    this.#gone = true;
    this.#options.onGone(this);
    this.#resolveEnded();
  }

  #startPhase(limitMs: number, onLimit: () => void): void {
    this.#stopPhaseTimer();
    this.#stopPhaseTimer = this.#options.clock.after(limitMs, onLimit);
  }

  #late(what: string, limitMs: number, rank?: number): void {
    const reason = this.#links.lateness(`${what} ${limitMs} ms.`, rank);
    const waitMs = this.#links.askWhere(this.#options.runtime.whereSignal);
    // Its end is near: it gets nothing more, though it may still answer what it has.
    this.#credits = Number.NEGATIVE_INFINITY;
    this.#startPhase(waitMs, () => this.#fail({ status: 500, reason }));
  }

  #become(state: WorkerState): void {
    const from = this.#facts.state;
    if (!mayBecome(from, state)) throw new Error(`worker ${this.id} cannot become ${state} after ${from}`);
    this.#facts = { ...this.#facts, state };
    this.#options.hub.emit('worker.state', { worker: this.#facts, from });
  }
}
