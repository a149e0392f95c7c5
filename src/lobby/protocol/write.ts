import type { ClientMessage } from './client-messages.js';
import type { ServerMessage } from './server-messages.js';

/** A message without the members that are 0 and empty. */
export type Draft<M> = M extends unknown
  ? Omit<M, 'id' | 'data'> & { readonly id?: number; readonly data?: string }
  : never;

/** The frame of a message; `id` and `data` are always in it, as Godot's servers and clients need them. */
export const writeMessage = (message: Draft<ClientMessage> | Draft<ServerMessage>): string => {
  const { type, id = 0, data = '', ...rest } = message;
  return JSON.stringify({ type, id, data, ...rest });
};

/** Without the members that are undefined, which no message has. */
export function defined<T extends object>(value: T): { [K in keyof T]: Exclude<T[K], undefined> } {
  const entries = Object.entries(value).filter(([, item]) => item !== undefined);
  return Object.fromEntries(entries) as { [K in keyof T]: Exclude<T[K], undefined> };
}
