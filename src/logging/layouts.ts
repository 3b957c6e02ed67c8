import type { LogLevel } from '../core/log.js';

const LEVELS: Readonly<Record<LogLevel, string>> = {
  debug: 'DEBUG',
  info: 'INFO ',
  warn: 'WARN ',
  error: 'ERROR',
};

/** Writes the time as log4j's ISO8601 does, in local time: `2024-05-30T21:46:03,625`. Cheap to call for every line. */
export function createTimestamp(now: () => number = Date.now): () => string {
  let second = Number.NaN;
  let prefix = '';
  let last = Number.NaN;
  let text = '';
  return () => {
    const date = now();
    if (date === last) return text;
    last = date;
    const thisSecond = Math.floor(date / 1000);
    if (thisSecond !== second) {
      second = thisSecond;
      prefix = secondsOf(new Date(date));
    }
    text = `${prefix},${pad(date - thisSecond * 1000, 3)}`;
    return text;
  };
}

/** `<time> [<LEVEL>] <thread> <logger> - <message>`; further lines of the message are indented, so none can pass for a line of its own. */
export function logLine(
  time: string,
  level: LogLevel,
  thread: string,
  logger: string,
  message: string,
): string {
  const text = /[\r\n]/.test(message) ? message.replace(/\r\n?|\n/g, '\n\t') : message;
  return `${time} [${LEVELS[level]}] ${thread} ${logger} - ${text}`;
}

function secondsOf(date: Date): string {
  const day = `${date.getFullYear()}-${pad(date.getMonth() + 1, 2)}-${pad(date.getDate(), 2)}`;
  return `${day}T${pad(date.getHours(), 2)}:${pad(date.getMinutes(), 2)}:${pad(date.getSeconds(), 2)}`;
}

function pad(number: number, digits: number): string {
  return String(number).padStart(digits, '0');
}
