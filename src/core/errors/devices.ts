import { COMMAND_LINE, errorRows } from './row.js';

/** What goes wrong in the `devices` room. */
export const devicesErrors = errorRows({
  VISIBLE_DEVICES_INVALID: {
    ...COMMAND_LINE,
    message: 'Invalid configuration: CUDA_VISIBLE_DEVICES is "{value}", and "{entry}" is not a GPU number.',
    hint: 'Name the GPUs by their numbers, as in CUDA_VISIBLE_DEVICES=0,1, or unset the variable to use all of them.',
  },
  NOT_ENOUGH_GPUS: {
    status: 500,
    grpc: 'INTERNAL',
    type: 'WorkerInitializationException',
    message: 'No enough gpu devices for model:{model} parallelLevel:{level}',
  },
});
