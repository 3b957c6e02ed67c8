import { type Key, rowOf } from './keys.js';
import { flagNameOf } from './read/flags.js';
import { formatSource, type Given } from './source.js';

/** Sentences about values that were given but do not do what one may expect. */
export function warningsFor(chosen: ReadonlyMap<Key, Given>, flags: readonly Given[]): string[] {
  const given = [...chosen.values()];
  return [
    ...withoutEffect(given),
    ...withoutMeaning(given),
    ...overriddenFlags(chosen, flags),
    ...authorization(chosen),
  ];
}

/** One sentence for all of them: a configuration written for TorchServe may name a dozen. */
function withoutEffect(given: readonly Given[]): string[] {
  const names = given.filter(({ key }) => rowOf(key)?.effect === 'later').map(place);
  if (names.length === 0) return [];
  return [`${names.join(', ')}: ${names.length > 1 ? 'these keys have' : 'this key has'} no effect yet.`];
}

function withoutMeaning(given: readonly Given[]): string[] {
  return given.flatMap((value) => {
    const row = rowOf(value.key);
    return row?.effect === 'never' ? [`${place(value)} is ignored: ${row.note}.`] : [];
  });
}

function overriddenFlags(chosen: ReadonlyMap<Key, Given>, flags: readonly Given[]): string[] {
  return flags.flatMap(({ key }) => {
    const source = chosen.get(key)?.source;
    if (source?.kind !== 'env') return [];
    return [
      `--${flagNameOf(key)} is overridden by ${formatSource(source)}, because enable_envvars_config is on.`,
    ];
  });
}

function authorization(chosen: ReadonlyMap<Key, Given>): string[] {
  if (chosen.get('disable_token_authorization')?.value.trim().toLowerCase() === 'true') return [];
  return [
    'Token authorization is not part of this version: requests are not authorized. ' +
      'Give --disable-token-auth (disable_token_authorization=true) to say that this is intended.',
  ];
}

function place({ key, source }: Given): string {
  return `${key} (${formatSource(source)})`;
}
