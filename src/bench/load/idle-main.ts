import { startIdleServer } from './idle-server.js';

// The process of the server that does nothing: told the answer over IPC, it says where it listens and ends with its parent.

process.once('disconnect', () => process.exit());
process.on('SIGINT', () => {});
process.once('message', (message: { readonly body: Uint8Array }) => {
  startIdleServer(Buffer.from(message.body)).then(
    ({ origin }) => process.send?.({ origin }),
    (error: Error) => process.send?.({ reason: error.message }),
  );
});
