import { later, never, now } from './row.js';

const MAX_PORT = 65_535;
const NO_NETTY = 'the server has one event loop and no thread pool to size';

/** Where the server listens and how it treats connections. */
export const listenerKeys = {
  inference_address: now('address', 'http://127.0.0.1:8080', 'Address of the inference API.', { port: 80 }),
  management_address: now('address', 'http://127.0.0.1:8081', 'Address of the management API.', {
    port: 8081,
  }),
  metrics_address: now('address', 'http://127.0.0.1:8082', 'Address of the metrics API.', { port: 8082 }),
  max_request_size: now('long', '6553500', 'Largest request body, bytes.', { min: 1 }),
  max_response_size: now('long', '6553500', 'Largest answer of a worker, bytes.', { min: 1 }),
  cors_allowed_origin: now('string', undefined, 'Value of the access-control-allow-origin header.'),
  cors_allowed_methods: now('string', undefined, 'Value of the access-control-allow-methods header.'),
  cors_allowed_headers: now('string', undefined, 'Value of the access-control-allow-headers header.'),
  number_of_netty_threads: never('int', '0', 'Threads of the front.', { note: NO_NETTY }),
  netty_client_threads: never('int', '0', 'Threads that talk to workers.', { note: NO_NETTY }),
  prefer_direct_buffer: never('bool', 'false', 'Buffers outside the Java heap.', {
    note: 'there is no Java heap',
  }),
  use_native_io: never('bool', 'true', 'Unix sockets to workers.', {
    env: false,
    note: 'Unix sockets are used wherever the system has them',
  }),
  io_ratio: never('int', '50', 'Share of time for input and output.', { env: false, note: NO_NETTY }),

  grpc_inference_address: later('string', '127.0.0.1', 'Host of the gRPC inference API.'),
  grpc_inference_port: later('int', '7070', 'Port of the gRPC inference API.', { max: MAX_PORT }),
  grpc_management_address: later('string', '127.0.0.1', 'Host of the gRPC management API.'),
  grpc_management_port: later('int', '7071', 'Port of the gRPC management API.', { max: MAX_PORT }),
  grpc_inference_max_connection_age_ms: later('long', undefined, 'Life of a gRPC inference connection, ms.'),
  grpc_inference_max_connection_age_grace_ms: later(
    'long',
    undefined,
    'Time for calls of an inference connection that is too old, ms.',
  ),
  grpc_management_max_connection_age_ms: later(
    'long',
    undefined,
    'Life of a gRPC management connection, ms.',
  ),
  grpc_management_max_connection_age_grace_ms: later(
    'long',
    undefined,
    'Time for calls of a management connection that is too old, ms.',
  ),
  enable_grpc_ssl: later('bool', 'false', 'TLS for gRPC.'),
  ts_open_inference_protocol: later('string', undefined, 'Open Inference Protocol over gRPC.', {
    env: 'TS_OPEN_INFERENCE_PROTOCOL',
    direct: 'wins',
  }),
  keystore: later('path', undefined, 'Key store for TLS.'),
  keystore_pass: later('string', 'changeit', 'Password of the key store.'),
  keystore_type: later('string', 'PKCS12', 'Kind of the key store.'),
  certificate_file: later('path', undefined, 'Certificate for TLS, PEM.'),
  private_key_file: later('path', undefined, 'Private key for TLS, PEM.'),
};
