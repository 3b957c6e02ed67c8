import { createInterface } from 'node:readline';
import { serveError } from '../../core/errors.js';
import { type Account, whoAmI } from '../../store/hub/api.js';
import { hubSettings } from '../../store/hub/settings.js';
import { forgetToken, saveToken, type Token } from '../../store/hub/token.js';
import { untilInterrupted } from '../archive/interrupt.js';
import { openHub } from './hub.js';

/** Longest token that is read from standard input, characters. */
const MAX_TOKEN_LENGTH = 4096;

/** `ts login`. Throws HUB_USAGE, HUB_OFFLINE_ACCOUNT, HUB_TOKEN_REFUSED, HUB_WRITE and the ServeErrors of the hub. */
export async function login(given: string | undefined): Promise<void> {
  const settings = hubSettings(process.env);
  const text =
    given ?? (await readToken(`Token (made at ${settings.endpoint}/settings/tokens; not shown): `));
  if (!/^[\x21-\x7e]{1,4096}$/.test(text))
    throw serveError('HUB_USAGE', {
      reason: text === '' ? 'No token was given.' : 'That is not a token.',
      command: 'login',
    });
  const account = await ask({ text, source: given === undefined ? 'the one you gave' : '--token' });
  await saveToken(settings.tokenFile, sectionName(account), text);
  process.stderr.write(`Logged in as ${account.name}; the token is kept in ${settings.tokenFile}.\n`);
  for (const name of setVariables()) process.stderr.write(`Note: ${name} is set, and goes before it.\n`);
}

/** `ts logout`. Throws HUB_NO_TOKEN or HUB_TOKEN_SET when there is none to forget, HUB_WRITE, HUB_READ. */
export async function logout(): Promise<void> {
  const { tokenFile: path } = hubSettings(process.env);
  const [name] = setVariables();
  if (!(await forgetToken(path)))
    throw name === undefined
      ? serveError('HUB_NO_TOKEN', { path })
      : serveError('HUB_TOKEN_SET', { path, name });
  process.stderr.write(`Logged out: ${path} is gone.\n`);
  if (name !== undefined) process.stderr.write(`Note: ${name} is still set, and says who asks.\n`);
}

/** Variables with a token, which no command can forget. */
function setVariables(): readonly string[] {
  return ['HF_TOKEN', 'HUGGING_FACE_HUB_TOKEN'].filter((name) => process.env[name]);
}

/** `ts whoami`. Throws HUB_NO_TOKEN, HUB_OFFLINE_ACCOUNT, HUB_TOKEN_REFUSED and the ServeErrors of the hub. */
export async function showAccount(given: string | undefined, json: boolean): Promise<void> {
  const account = await ask(given);
  const { name, fullName, organizations, tokenName, role } = account;
  if (json) process.stdout.write(`${JSON.stringify(account)}\n`);
  else {
    const more = [
      ...(fullName ? [`full name: ${fullName}`] : []),
      ...(organizations.length > 0 ? [`organizations: ${organizations.join(', ')}`] : []),
      ...(tokenName ? [`token: ${tokenName}${role ? ` (${role})` : ''}`] : []),
    ];
    process.stderr.write(more.map((line) => `${line}\n`).join(''));
    process.stdout.write(`${name}\n`);
  }
}

async function ask(token: string | Token | undefined): Promise<Account> {
  const settings = hubSettings(process.env);
  const hub = await openHub(settings, token);
  try {
    if (!hub.token) throw serveError('HUB_NO_TOKEN', { path: settings.tokenFile });
    if (settings.offline) throw serveError('HUB_OFFLINE_ACCOUNT', { endpoint: settings.endpoint });
    return await untilInterrupted((signal) => whoAmI(hub, signal));
  } finally {
    hub.close();
  }
}

/** The name under which the token is stored; one line, as the file is made of lines. */
function sectionName({ name, tokenName }: Account): string {
  return (tokenName ?? name).replace(/[\r\n\]]/g, ' ').trim() || name;
}

/** The first line of standard input; typed letters are not shown. */
async function readToken(question: string): Promise<string> {
  const { stdin, stderr } = process;
  const typed = stdin.isTTY === true;
  if (typed) {
    // First the terminal stops showing letters, then it is asked for them.
    stdin.setRawMode(true);
    stderr.write(question);
  }
  try {
    return typed ? await readTyped() : await readLine();
  } finally {
    if (typed) {
      stdin.setRawMode(false);
      stderr.write('\n');
    }
    stdin.pause();
  }
}

async function readLine(): Promise<string> {
  const lines = createInterface({ input: process.stdin });
  for await (const line of lines) return line.slice(0, MAX_TOKEN_LENGTH + 1).trim();
  return '';
}

/** Letter by letter, since a terminal that shows nothing also edits nothing. */
async function readTyped(): Promise<string> {
  let text = '';
  for await (const piece of process.stdin)
    for (const letter of String(piece)) {
      if (letter === '\u0003') throw serveError('HUB_CANCELLED', {});
      if (letter === '\r' || letter === '\n' || letter === '\u0004') return text.trim();
      text = letter === '\u007f' || letter === '\b' ? text.slice(0, -1) : text + letter;
      if (text.length > MAX_TOKEN_LENGTH) return text;
    }
  return text.trim();
}
