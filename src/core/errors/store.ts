import { errorRows } from './row.js';

/** The `type` of TorchServe's JSON errors that several rows share. */
const MODEL_NOT_FOUND = { status: 404, grpc: 'NOT_FOUND', type: 'ModelNotFoundException' } as const;
const SAVING = { status: 500, grpc: 'INTERNAL', type: 'InternalServerException' } as const;

/** What goes wrong in the `store` room; the messages are TorchServe's (rest-api, 4.1). */
export const storeErrors = errorRows({
  URL_EMPTY: {
    ...MODEL_NOT_FOUND,
    message: 'empty url',
    hint: 'Name an archive, a folder or an .onnx file.',
  },
  URL_RELATIVE: {
    ...MODEL_NOT_FOUND,
    message: 'Relative path is not allowed in url: {url}',
    hint: 'Name a file of the model store by its name alone.',
  },
  URL_NOT_ALLOWED: {
    ...MODEL_NOT_FOUND,
    message: 'Given URL {url} does not match any allowed URL(s)',
    hint: 'allowed_urls (--allowed-urls) lists the regular expressions a URL must match.',
  },
  MODEL_FILE_NOT_FOUND: {
    ...MODEL_NOT_FOUND,
    message: 'Model not found at: {url}',
    hint: 'It is neither a file or folder of the model store nor, on the command line, a path that exists.',
  },
  MODEL_STORE_MISSING: {
    ...MODEL_NOT_FOUND,
    message: 'Model store has not been configured.',
    hint: 'Name a folder with --model-store (model_store).',
  },
  MODEL_STORE_UNREADABLE: {
    ...SAVING,
    message: 'The model store {folder} cannot be read: {reason}.',
    hint: 'Name another folder with --model-store (model_store), or mend its permissions.',
  },
  DOWNLOAD_FAILED: {
    status: 400,
    grpc: 'INVALID_ARGUMENT',
    type: 'DownloadArchiveException',
    message: 'Failed to download archive from: {url}',
    hint: 'The reason: {reason}.',
  },
  MODEL_FILE_EXISTS: {
    ...SAVING,
    message: 'Model file already exists {file}',
    hint: 'Unregister the model that was fetched before, or take the file out of the model store.',
  },
  MODEL_FILE_UNSAVED: {
    ...SAVING,
    message: 'Failed to save model: {url}',
    hint: 'The reason: {reason}.',
  },
});
