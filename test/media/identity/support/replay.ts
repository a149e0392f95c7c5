import { MessageType } from '../../../../src/lobby/protocol/message-type.js';
import type { LyingLobby } from './lying-lobby.js';

const LINE = /^a=identity:.*\r\n/m;

/**
 * For a lobby that puts an old line into descriptions of this kind. The first answer never comes, so that the players make
 * a second attempt.
 */
export function replaying(kind: 'offer' | 'answer'): NonNullable<LyingLobby['edits']> {
  const lines = new Map<string, string>();
  return (message) => {
    const type = message.type === MessageType.OFFER ? 'offer' : 'answer';
    const line = LINE.exec(message.data)?.[0] ?? '';
    const old = lines.get(type);
    lines.set(type, old ?? line);
    if (old === undefined) return type === 'offer' ? message : null;
    return type === kind ? { ...message, data: message.data.replace(line, old) } : message;
  };
}
