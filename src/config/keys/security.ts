import { later, now } from './row.js';

/** Who may do what, and which remote archives may be fetched. */
export const securityKeys = {
  enable_model_api: now('bool', 'false', 'Allow registering and unregistering models over the API.'),
  allowed_urls: now('regexList', 'file://.*|http(s)?://.*', 'URLs that archives may be fetched from.'),
  disable_token_authorization: now(
    'bool',
    'false',
    'Say that requests need no token. Token authorization is not part of this version, so none needs one.',
    { flag: 'disable-token-auth', flagAliases: ['disable-token-authorization', 'dt'] },
  ),
  token_expiration_min: later('double', '60', 'Life of a token, minutes.', {
    env: 'TS_TOKEN_EXPIRATION_TIME_MIN',
  }),
  enable_envvars_config: now('bool', 'false', 'Let environment variables override every other source.', {
    env: false,
  }),
  use_env_allowed_urls: now('bool', 'false', 'Let the environment override `allowed_urls` as well.', {
    env: false,
  }),
};
