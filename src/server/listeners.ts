import { ROLES, type Role } from '../api/dialects/dialect.js';
import { DIALECTS } from '../api/dialects/index.js';
import { encodeError, isFault } from '../api/dialects/torchserve/encode.js';
import { type HttpListener, listen } from '../api/http/listener.js';
import { createRouter } from '../api/http/router.js';
import type { ApiServices } from '../api/services.js';
import { type Address, formatAddress } from '../config/address.js';
import type { Settings } from '../config/keys.js';
import { serveError } from '../core/errors.js';
import type { RequestRecord } from '../logging/request-record.js';
import { portHolder } from './processes.js';
import { recorded } from './recorded.js';

/** Where each API is to be reached; `metrics` is absent when it is switched off. */
export type Addresses = Readonly<Partial<Record<Role, string>>>;

export interface Listeners {
  readonly addresses: Addresses;
  /** Takes no more connections. Resolves when the last one has ended. */
  close(): Promise<void>;
  /** Ends what is left. */
  destroy(): void;
}

/**
 * Opens a listener per address. APIs whose addresses are equal share one, where the metrics are served as well; port 0
 * never is equal, since it stands for a different free port each time. Inference requests are written to `record`.
 *
 * @throws ServeError ADDRESS_IN_USE, ADDRESS_UNUSABLE
 */
export async function openListeners(services: ApiServices, record?: RequestRecord): Promise<Listeners> {
  const opened: {
    readonly roles: readonly Role[];
    readonly listener: HttpListener;
    readonly address: Address;
  }[] = [];
  const all = (act: (listener: HttpListener) => void): void => {
    for (const { listener } of opened) act(listener);
  };
  const close = async (): Promise<void> => {
    await Promise.all(opened.map(({ listener }) => listener.close()));
  };
  try {
    for (const { roles, address } of sharing(services.models.settings))
      opened.push({ roles, address, listener: await openOne(roles, address, services, record) });
  } catch (thrown) {
    all((listener) => listener.destroy());
    await close();
    throw thrown;
  }
  const addresses = opened.flatMap(({ roles, listener, address }) =>
    roles.map((role) => [role, formatAddress(address, listener.port)] as const),
  );
  return { addresses: Object.fromEntries(addresses), close, destroy: () => all((one) => one.destroy()) };
}

interface Shared {
  /** The first one gives the address its name. */
  readonly roles: readonly Role[];
  readonly address: Address;
}

function sharing(settings: Settings): readonly Shared[] {
  const shared = new Map<string, Shared>();
  for (const role of ROLES) {
    if (role === 'metrics' && !settings.enableMetricsApi) continue;
    const address = settings[`${role}Address`];
    const isFree = address.kind === 'tcp' && address.port === 0;
    const key = isFree ? role : formatAddress(address);
    shared.set(key, { address, roles: [...(shared.get(key)?.roles ?? []), role] });
  }
  return [...shared.values()];
}

async function openOne(
  roles: readonly Role[],
  address: Address,
  services: ApiServices,
  record: RequestRecord | undefined,
): Promise<HttpListener> {
  const { settings, hub, log, clock } = services.models;
  // TorchServe shows the metrics wherever inference and management share a listener.
  const served: readonly Role[] =
    roles.length > 1 && settings.enableMetricsApi ? [...roles, 'metrics'] : roles;
  const routes = [...new Set(served)].flatMap((role) => {
    const own = DIALECTS.flatMap((dialect) => dialect.routes(role, services));
    return record && role === 'inference' ? recorded(own, record) : own;
  });
  const unique = routes.filter(
    (route, index) => routes.findIndex(({ path }) => path === route.path) === index,
  );
  try {
    return await listen({
      address,
      answer: createRouter(unique),
      encodeError(thrown) {
        if (isFault(thrown))
          log.error(`A request failed: ${thrown instanceof Error ? thrown.stack : thrown}`);
        return encodeError(thrown, settings.failureDetails);
      },
      extraHeaders: corsHeaders(settings),
      limits: {
        maxBodyBytes: settings.maxRequestSize,
        maxConnections: settings.maxConnections,
        keepAliveMs: settings.keepAliveTimeout * 1000,
        headersMs: settings.headersTimeout * 1000,
        requestMs: settings.requestTimeout * 1000,
      },
      hub,
      log,
      clock,
    });
  } catch (thrown) {
    throw listenError(roles[0] ?? 'inference', address, thrown);
  }
}

function corsHeaders(settings: Settings): readonly string[] {
  const { corsAllowedOrigin, corsAllowedMethods, corsAllowedHeaders } = settings;
  return [
    ...(corsAllowedOrigin ? ['access-control-allow-origin', corsAllowedOrigin] : []),
    ...(corsAllowedMethods ? ['access-control-allow-methods', corsAllowedMethods] : []),
    ...(corsAllowedHeaders ? ['access-control-allow-headers', corsAllowedHeaders] : []),
  ];
}

function listenError(role: Role, address: Address, thrown: unknown): Error {
  const facts = { role, address: formatAddress(address), flag: `${role}-address`, key: `${role}_address` };
  const { code, message } = thrown as NodeJS.ErrnoException;
  if (code !== 'EADDRINUSE')
    return serveError('ADDRESS_UNUSABLE', { ...facts, reason: message }, { cause: thrown });
  const holder = address.kind === 'tcp' ? portHolder(address.port) : undefined;
  return serveError('ADDRESS_IN_USE', { ...facts, holder: holder ? ` (${holder})` : '' }, { cause: thrown });
}
