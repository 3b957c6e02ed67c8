/** A model behind a running server, ours or another with TorchServe's API. */
export interface Target {
  readonly kind: 'own' | 'url';
  readonly model: string;
  /** Base address of the inference API, without a slash at its end. */
  readonly inference: string;
  /** Base address of the management API. */
  readonly management: string;
  /** Leaves the server as it was found, or ends it when it was started for the measurement. */
  close(): Promise<void>;
}
