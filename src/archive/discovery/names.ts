/** The file names that tools of the field agree on. */

const HANDLER_CODE = /^(handler|.+_handler)\.(py|js|mjs|cjs|ts|mts)$/;
const NODE_CODE = /(?<!\.d)\.(js|mjs|cjs|ts|mts)$/;
export const CONFIG_NAMES: readonly string[] = ['model-config.yaml', 'model-config.yml'];
export const REQUIREMENTS_NAME = 'requirements.txt';
export const MODEL_CODE_NAME = 'model.py';

/** TorchServe's own text handlers read it as an extra file; it is no model. */
const VOCABULARY = 'source_vocab.pt';
const WEIGHTS = /\.(onnx|pt|pth|safetensors)$/;
const SHARD = /-\d{5}-of-\d{5}\.(safetensors|bin)$/;

/** Files that handlers and tokenizers read beside the weights. */
const COMPANIONS: readonly string[] = [
  'index_to_name.json',
  'setup_config.json',
  VOCABULARY,
  'tokenizer.json',
  'tokenizer_config.json',
  'tokenizer.model',
  'special_tokens_map.json',
  'added_tokens.json',
  'vocab.txt',
  'vocab.json',
  'merges.txt',
  'spiece.model',
  'sentencepiece.bpe.model',
  'config.json',
  'generation_config.json',
  'preprocessor_config.json',
  'processor_config.json',
  'chat_template.json',
  'chat_template.jinja',
  'model.safetensors.index.json',
  'pytorch_model.bin.index.json',
  'pytorch_model.bin',
];

export function isHandlerCode(name: string): boolean {
  return HANDLER_CODE.test(name);
}

/** Whether a handler file is code for Node workers. */
export function isNodeCode(name: string): boolean {
  return NODE_CODE.test(name);
}

/** One file with a whole model in it. */
export function isWeights(name: string): boolean {
  return WEIGHTS.test(name) && !SHARD.test(name) && name !== VOCABULARY;
}

/** One of several files with parts of a model. */
export function isShard(name: string): boolean {
  return SHARD.test(name);
}

export function isCompanion(name: string): boolean {
  return COMPANIONS.includes(name) || isShard(name);
}

/** Whether these files lie in a folder as the Hugging Face hub keeps models: a configuration, and weights or a tokenizer. */
export function looksLikeSnapshot(names: readonly string[]): boolean {
  return (
    names.includes('config.json') &&
    names.some(
      (name) =>
        isShard(name) ||
        /\.safetensors$/.test(name) ||
        ['tokenizer.json', 'tokenizer_config.json', 'pytorch_model.bin'].includes(name),
    )
  );
}
