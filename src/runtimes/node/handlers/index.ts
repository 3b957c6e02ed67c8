import type { Handler } from '../handler.js';

const onnx = async (): Promise<Handler> => new (await import('./onnx.js')).OnnxHandler();

/** The handlers an archive need not bring, by name. Each is loaded only when a model names it. */
export const BUILT_IN_HANDLERS: Readonly<Record<string, () => Promise<Handler>>> = {
  onnx,
  // TorchServe's name for "no code of mine, only a model".
  base_handler: onnx,
  image_classifier: async () => new (await import('./image-classifier.js')).ImageClassifier(),
  text_classifier: async () => new (await import('./text-classifier.js')).TextClassifier(),
  text_embedding: async () => new (await import('./text-embedding.js')).TextEmbedding(),
};
