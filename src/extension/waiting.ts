import type { ConnectionObject } from './connection-object.js';

/** Notes as well when something waits for the poll of this connection. */
export function noteWaiting(connection: ConnectionObject, note: () => void): void {
  const before = connection.onWaiting;
  connection.onWaiting = () => {
    before?.();
    note();
  };
}
