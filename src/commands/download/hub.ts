import { archiverVersion } from '../../archive/version.js';
import { Hub } from '../../store/hub/hub.js';
import type { OnWait } from '../../store/hub/retry.js';
import type { HubSettings } from '../../store/hub/settings.js';
import { findToken, type Token } from '../../store/hub/token.js';

/**
 * The hub of the environment, with the token that is to be used; `onWait` is told when it must be asked again. Throws
 * HUB_READ when the token's file cannot be read.
 */
export async function openHub(
  settings: HubSettings,
  givenToken: string | Token | undefined,
  onWait?: OnWait,
): Promise<Hub> {
  const token =
    typeof givenToken === 'object'
      ? givenToken
      : await findToken(givenToken, process.env, settings.tokenFile);
  return new Hub(settings, token, archiverVersion(), onWait);
}
