/** How a model is asked: TorchServe's own API, or version 2 of KServe's inference protocol. */
export type Dialect = 'torchserve' | 'kserve-v2';

/** A model behind a running server, ours or another with TorchServe's API. */
export interface Target {
  readonly kind: 'own' | 'url';
  readonly model: string;
  /** Base address of the inference API, without a slash at its end. */
  readonly inference: string;
  /** Base address of the management API; undefined when it has none, and so cannot be scaled. */
  readonly management: string | undefined;
  /** Base address of the metrics API; left out when nobody knows it. */
  readonly metrics?: string | undefined;
  /** Default `torchserve`. */
  readonly dialect?: Dialect;
  /** Leaves the server as it was found, or ends it when it was started for the measurement. */
  close(): Promise<void>;
}

/** Where the model of a target is asked. */
export function predictionsUrl({ inference, model, dialect }: Target): string {
  const name = encodeURIComponent(model);
  return dialect === 'kserve-v2'
    ? `${inference}/v2/models/${name}/infer`
    : `${inference}/predictions/${name}`;
}
