import { messageOf } from '../../core/fail.js';

/** A token of the game's own for servers that check who comes, or where to get one. Asked for each connection. */
export type LobbyAuth = string | (() => string | Promise<string>);

export interface AuthAnswer {
  state: 'waiting' | 'ready' | 'failed';
  token: string | undefined;
  problem: string;
}

/** Asks for the token. The answer changes when it is there. */
export function askForAuth(source: LobbyAuth | undefined): AuthAnswer {
  const answer: AuthAnswer = { state: 'ready', token: undefined, problem: '' };
  const fail = (thrown: unknown): void => {
    answer.state = 'failed';
    answer.problem = messageOf(thrown);
  };
  try {
    const token = typeof source === 'function' ? source() : source;
    if (typeof token !== 'object') {
      answer.token = token;
      return answer;
    }
    answer.state = 'waiting';
    token.then((value) => {
      answer.token = value;
      answer.state = 'ready';
    }, fail);
  } catch (thrown) {
    fail(thrown);
  }
  return answer;
}
