export const inviteTexts = {
  bad_invite: 'This is no invitation, or not all of it',
  wrong_version: 'This invitation comes from another version of the game',
  not_an_invite: 'This is a reply: an invitation is wanted here',
  not_a_reply: 'This is an invitation: a reply to one is wanted here',
  unknown_invite: 'There is no open invitation that this answers',
  already_in_game: 'This side is in a game already',
  connect_failed: 'The two could not be connected',
  refused: 'The game takes no connections',
  closed: 'Closed before it was done',
} as const;

/** Why an invitation did not lead to a connection. */
export type InviteErrorReason = keyof typeof inviteTexts;

/**
 * What the calls of an `InviteSession` reject with.
 * @example
 * ```ts run
 * import { InviteError, InviteSession } from 'scenewire/lobby';
 *
 * const session = new InviteSession();
 * try {
 *   await session.acceptInvite('half of a text');
 * } catch (error) {
 *   if (error instanceof InviteError) console.log(error.reason); // → bad_invite
 * }
 * session.close();
 * ```
 */
export class InviteError extends Error {
  readonly reason: InviteErrorReason;

  constructor(reason: InviteErrorReason, text: string = inviteTexts[reason]) {
    super(text);
    this.name = 'InviteError';
    this.reason = reason;
  }
}
