import type { IdentityProvider, ValidatedIdentity } from 'scenewire';
import {
  type Meeting,
  memoryStore,
  PlayerIdentity,
  type PlayerIdentityOptions,
  type PlayerProof,
  playerOf,
} from 'scenewire/identity';

export const CONTENTS = '{"fingerprint":[{"algorithm":"sha-256","digest":"AB:CD"}]}';
export const ROOM = 'BCDFG';

export const player = (options: PlayerIdentityOptions = {}): Promise<PlayerIdentity> =>
  PlayerIdentity.load({ store: memoryStore(), ...options });

export const proofOf = ({ name, details }: ValidatedIdentity): PlayerProof | null =>
  playerOf({ idp: '', name, details });

/** Two who meet: offerer 1 and answerer 2, unless something else is said. */
export class Encounter {
  readonly a: IdentityProvider;
  readonly b: IdentityProvider;

  constructor(a: PlayerIdentity, b: PlayerIdentity, ofA: Partial<Meeting> = {}, ofB: Partial<Meeting> = {}) {
    this.a = a.providerFor({ room: ROOM, self: 1, peer: 2, ...ofA });
    this.b = b.providerFor({ room: ROOM, self: 2, peer: 1, ...ofB });
  }

  offer(): Promise<string> {
    return this.a.generateAssertion(CONTENTS, '', { type: 'offer' });
  }

  answer(): Promise<string> {
    return this.b.generateAssertion(CONTENTS, '', { type: 'answer' });
  }

  /** What B makes of A. */
  async heardByB(offer?: string): Promise<ValidatedIdentity> {
    return (await this.b.validateAssertion(offer ?? (await this.offer()), '', { type: 'offer' })) as ValidatedIdentity;
  }

  /** What A makes of B. */
  async heardByA(answer?: string): Promise<ValidatedIdentity> {
    return (await this.a.validateAssertion(answer ?? (await this.answer()), '', {
      type: 'answer',
    })) as ValidatedIdentity;
  }
}

/** What a statement says. */
export const bodyOf = (statement: string): Record<string, unknown> =>
  JSON.parse(Buffer.from(statement.split('.')[1] ?? '', 'base64url').toString()) as Record<string, unknown>;

/** A statement with other fields in it, signed by nobody. */
export function edited(statement: string, header: object, body: object = {}): string {
  const [head = '', middle = '', signature = ''] = statement.split('.');
  const edit = (part: string, fields: object): string =>
    Buffer.from(JSON.stringify({ ...JSON.parse(Buffer.from(part, 'base64url').toString()), ...fields })).toString(
      'base64url',
    );
  return `${edit(head, header)}.${edit(middle, body)}.${signature}`;
}
