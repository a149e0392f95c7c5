import { type DecodedState, innermost, type PacketContent } from './packet-content.js';
import { showMethod, showSync } from './show-content.js';

/** What a packet is about, and how many of its bytes. */
export interface PacketShare {
  /** A node's path, or a number where nobody knows it. */
  readonly object: string;
  /** The method of a call; null for all else. */
  readonly method: string | null;
  readonly bytes: number;
}

/** Whom the bytes of a packet are for. Headers that several share are nobody's. */
export function sharesOf(content: PacketContent, size: number): PacketShare[] {
  const told = innermost(content);
  const whole = (object: string | null, method: string | null = null): PacketShare[] =>
    object === null ? [] : [{ object, method, bytes: size }];
  switch (told.kind) {
    case 'call':
      return whole(told.path ?? `#${told.nodeId}`, showMethod(told));
    case 'ask':
      return sharesOf(told.call, size);
    case 'sync':
    case 'delta':
      return told.states.map((state: DecodedState) => ({ object: showSync(state), method: null, bytes: state.size }));
    case 'simplify-path':
    case 'confirm-path':
    case 'spawn':
    case 'despawn':
      return whole(told.path);
    default:
      return [];
  }
}
