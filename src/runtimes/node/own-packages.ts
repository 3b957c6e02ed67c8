/** Packages a handler may import although its archive does not bring them: they are found beside the server. */
export const OWN_PACKAGES: readonly string[] = [
  'ts-serve',
  'onnxruntime-node',
  'sharp',
  '@huggingface/tokenizers',
];

/** From here they are found, in a checkout as well as when installed; sources and compiled code give the same place. */
export const COMPILED_FOLDER = new URL('../../../dist/runtimes/node/', import.meta.url);
