import type { Dialect } from './target.js';

/** Which model of which server is measured. */
export type TargetChoice =
  | {
      readonly kind: 'own';
      /** Archive, folder or .onnx file; the bundled digits model when undefined. */
      readonly model: string | undefined;
      readonly threads: number;
      readonly startTimeoutMs: number;
    }
  | {
      readonly kind: 'url';
      readonly url: string;
      readonly managementUrl: string | undefined;
      readonly metricsUrl?: string | undefined;
      readonly modelName: string | undefined;
      readonly dialect?: Dialect;
    };
