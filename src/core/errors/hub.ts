import { COMMAND_LINE, errorRows } from './row.js';

/** What goes wrong between this machine and a model hub; only command lines meet these. */
export const hubErrors = errorRows({
  HUB_USAGE: {
    ...COMMAND_LINE,
    message: '{reason}',
    hint: 'Run "ts {command} --help" for the flags and examples.',
    exitCode: 2,
  },
  HUB_REPO_ID: {
    ...COMMAND_LINE,
    message: '"{repo}" is not the name of a repository.',
    hint: 'Write it as ORG/NAME, for example bigscience/bloom-560m: letters, digits, "-", "_" and ".".',
    exitCode: 2,
  },
  HUB_REVISION: {
    ...COMMAND_LINE,
    message: '"{revision}" cannot be a revision: {reason}.',
    hint: 'Give a branch, a tag or a commit to --revision.',
    exitCode: 2,
  },
  HUB_ENDPOINT: {
    ...COMMAND_LINE,
    message: '{name} is "{value}", which is not the address of a server.',
    hint: 'Write it as https://huggingface.co, or leave it unset.',
    exitCode: 2,
  },
  HUB_PROXY: {
    ...COMMAND_LINE,
    message: '{name} is "{value}", which is not the address of a proxy that is understood.',
    hint: 'Write it as http://HOST:PORT or https://HOST:PORT, or leave it unset; SOCKS is not spoken.',
    exitCode: 2,
  },
  HUB_REPO_MISSING: {
    ...COMMAND_LINE,
    message: '{repo} ({type}) was not found on {endpoint}.',
    hint: 'Check the spelling and --repo-type. A private repository is found only with a token that may read it: "ts login", HF_TOKEN or --token.',
  },
  HUB_GATED: {
    ...COMMAND_LINE,
    message: 'Access to {repo} must be asked for: {reason}.',
    hint: 'Accept its conditions at {endpoint}/{repo}, then use a token of that account: "ts login", HF_TOKEN or --token.',
  },
  HUB_REVISION_MISSING: {
    ...COMMAND_LINE,
    message: '{repo} has no revision "{revision}".',
    hint: 'Its branches, tags and commits are listed at {endpoint}/{repo}.',
  },
  HUB_FILE_MISSING: {
    ...COMMAND_LINE,
    message: '{file} of {repo} is listed by the hub, but is not there.',
    hint: 'Try again later, or leave it out with --exclude.',
  },
  HUB_TOKEN_SET: {
    ...COMMAND_LINE,
    message: 'There is no token in {path} to forget; {name} says who asks.',
    hint: 'Unset that variable.',
  },
  HUB_TOKEN_REFUSED: {
    ...COMMAND_LINE,
    message: '{endpoint} does not accept the token ({source}).',
    hint: 'It may be mistyped, expired or revoked. Make a new one in the settings of your account and run "ts login".',
  },
  HUB_FORBIDDEN: {
    ...COMMAND_LINE,
    message: 'The hub does not allow reading {repo}: {reason}.',
    hint: 'Use a token that may read it: "ts login", HF_TOKEN or --token.',
  },
  HUB_RATE_LIMITED: {
    ...COMMAND_LINE,
    message: '{host} asks to wait {seconds} s before the next request, longer than the limit of {limit} s.',
    hint: 'Run the command again then; it goes on where it stopped. With a token the hub allows more.',
  },
  HUB_BROKEN: {
    ...COMMAND_LINE,
    message: '{host} answers {status} to {what} (attempts: {attempts}).',
    hint: 'Run the command again later; it goes on where it stopped.',
  },
  HUB_REFUSED: {
    ...COMMAND_LINE,
    message: '{host} answers {status} to {what}: {reason}.',
    hint: 'Check the address (HF_ENDPOINT) and any proxy between.',
  },
  HUB_UNREACHABLE: {
    ...COMMAND_LINE,
    message: '{host} cannot be reached for {what}: {reason}.',
    hint: 'Check the network, HF_ENDPOINT and HTTPS_PROXY, and run the command again; a download goes on where it stopped. HF_HUB_OFFLINE=1 uses what is in the cache.',
  },
  HUB_ANSWER: {
    ...COMMAND_LINE,
    message: '{host} does not answer {what} as a model hub does: {reason}.',
    hint: 'Check the address (HF_ENDPOINT) and any proxy between.',
  },
  HUB_REDIRECT: {
    ...COMMAND_LINE,
    message: '{host} sends {what} elsewhere in a way that is not followed: {reason}.',
    hint: 'Check the address (HF_ENDPOINT) and any proxy between.',
  },
  HUB_FILE_NAME: {
    ...COMMAND_LINE,
    message: '{repo} has a file that cannot be stored safely: {reason}.',
    hint: 'Leave it out with --exclude, and tell the owner of the repository.',
  },
  HUB_TOO_LARGE: {
    ...COMMAND_LINE,
    message: '{what} is larger than the limit of {limit}.',
    hint: 'That is {flag}; no sound hub answers so.',
  },
  HUB_NO_MATCH: {
    ...COMMAND_LINE,
    message: 'None of the {count} files of {repo} is left by --include and --exclude.',
    hint: 'The patterns are compared with the whole path: "*.json", "onnx/*". Its files are listed by --dry-run without them.',
  },
  HUB_DIGEST: {
    ...COMMAND_LINE,
    message: '{file} arrived {attempts} times with wrong bytes: its {algorithm} is {found}, not {expected}.',
    hint: 'Something between here and the hub changes the bytes. Nothing wrong was stored; run the command again.',
  },
  HUB_DISK_FULL: {
    ...COMMAND_LINE,
    message: '{folder} has room for {free}, and {needed} are needed.',
    hint: 'Make room, choose another disk with --local-dir, --cache-dir or HF_HOME, or take fewer files with --include.',
  },
  HUB_WRITE: {
    ...COMMAND_LINE,
    message: '{path} cannot be written: {reason}.',
    hint: 'Check the free space and the permissions of that folder, or choose another with --cache-dir or HF_HOME. What has arrived is kept.',
  },
  HUB_READ: {
    ...COMMAND_LINE,
    message: '{path} cannot be read: {reason}.',
    hint: 'Check the permissions of that folder, or choose another with --cache-dir or HF_HOME.',
  },
  HUB_LOCKED: {
    ...COMMAND_LINE,
    message: 'Another program has been downloading {file} for more than {minutes} minutes.',
    hint: 'Wait for it, or end it, and run the command again. It holds {path}.',
  },
  HUB_OFFLINE: {
    ...COMMAND_LINE,
    message:
      '{repo} ({revision}) is not complete in {folder}, and HF_HUB_OFFLINE forbids the network: {reason}.',
    hint: 'Unset HF_HUB_OFFLINE and run the command again.',
  },
  HUB_OFFLINE_FLAG: {
    ...COMMAND_LINE,
    message: '{flag} needs the network, and HF_HUB_OFFLINE forbids it.',
    hint: 'Leave {flag} out, or unset HF_HUB_OFFLINE.',
  },
  HUB_OFFLINE_ACCOUNT: {
    ...COMMAND_LINE,
    message: 'Only {endpoint} knows whose token it is, and HF_HUB_OFFLINE forbids the network.',
    hint: 'Unset HF_HUB_OFFLINE and run the command again.',
  },
  HUB_CANCELLED: {
    ...COMMAND_LINE,
    message: 'Interrupted.',
    hint: 'What has arrived is kept; run the command again to go on where it stopped.',
    exitCode: 130,
  },
  HUB_NO_TOKEN: {
    ...COMMAND_LINE,
    message: 'Not logged in: there is no token in HF_TOKEN or {path}.',
    hint: 'Run "ts login".',
  },
});
