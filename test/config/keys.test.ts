import { describe, expect, it } from 'vitest';
import { environmentNameOf, fieldOf, KEYS, type Key, rowOf, SECTIONS } from '../../src/config/keys.js';
import { readValue } from '../../src/config/read/value.js';

const keys = Object.keys(KEYS) as Key[];

describe('the table of keys', () => {
  it('has each key under one heading', () => {
    const listed = Object.values(SECTIONS).flatMap((section) => Object.keys(section));
    expect(listed.length).toBe(new Set(listed).size);
    expect(listed.sort()).toEqual([...keys].sort());
  });

  it('has defaults that its own reader accepts', () => {
    for (const key of keys) {
      const row = rowOf(key);
      expect(row && (() => readValue(row, row.default, (path) => path)), key).not.toThrow();
    }
  });

  it('knows every key of TorchServe', () => {
    const theirs =
      'inference_address management_address metrics_address grpc_inference_address grpc_management_address ' +
      'grpc_inference_port grpc_management_port grpc_inference_max_connection_age_ms ' +
      'grpc_management_max_connection_age_ms grpc_inference_max_connection_age_grace_ms ' +
      'grpc_management_max_connection_age_grace_ms enable_grpc_ssl ts_open_inference_protocol model_store ' +
      'workflow_store load_models models model_snapshot default_workers_per_model job_queue_size ' +
      'default_response_timeout default_startup_timeout unregister_model_timeout default_service_handler ' +
      'service_envelope decode_input_request limit_max_image_pixels max_request_size max_response_size ' +
      'number_of_gpu number_of_netty_threads netty_client_threads prefer_direct_buffer allowed_urls ' +
      'install_py_dep_per_model blacklist_env_vars enable_metrics_api metrics_config metrics_mode ' +
      'model_metrics_auto_detect disable_system_metrics system_metrics_cmd metric_time_interval ipex_enable ' +
      'ipex_gpu_enable cpu_launcher_enable cpu_launcher_args async_logging cors_allowed_origin ' +
      'cors_allowed_methods cors_allowed_headers keystore keystore_pass keystore_type certificate_file ' +
      'private_key_file model_server_home initial_worker_port initial_distribution_port cpp_log_config ' +
      'disable_token_authorization token_expiration_min enable_model_api ts_header_key_sequence_id ' +
      'ts_header_key_sequence_start ts_header_key_sequence_end debug use_native_io io_ratio ' +
      'enable_envvars_config use_env_allowed_urls vmargs plugins_path python version tsConfigFile';
    expect(theirs.split(' ').filter((key) => !rowOf(key))).toEqual([]);
  });

  it('says why of every key that has no meaning', () => {
    const silent = keys.filter((key) => rowOf(key)?.effect === 'never' && !rowOf(key)?.note);
    expect(silent).toEqual([]);
  });
});

describe('the names of a key', () => {
  it('is camelCase inside and TS_ in the environment', () => {
    expect(fieldOf('job_queue_size')).toBe('jobQueueSize');
    expect(environmentNameOf('job_queue_size')).toBe('TS_JOB_QUEUE_SIZE');
  });

  it('differs in the environment where TorchServe spells it differently', () => {
    expect(environmentNameOf('token_expiration_min')).toBe('TS_TOKEN_EXPIRATION_TIME_MIN');
    expect(environmentNameOf('ts_header_key_sequence_id')).toBe('TS_HEADER_KEY_SEQUENCE_ID');
    expect(environmentNameOf('metric_time_interval')).toBeUndefined();
  });

  it('is not one that every object has', () => {
    expect(rowOf('constructor')).toBeUndefined();
  });
});
