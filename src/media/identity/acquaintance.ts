import { IdentityError } from '../../extension/identity-error.js';
import type { IdentityPolicy, Meeting } from '../../multiplayer/game-identity.js';
import { type Account, type AccountServer, readToken } from './account-token.js';
import type { IdentityStore, KnownPlayer } from './identity-store.js';
import type { Heard } from './player-assertion.js';
import type { PlayerProof, ProofKind } from './player-proof.js';

export interface Beliefs {
  readonly policy: IdentityPolicy;
  readonly accounts: AccountServer | undefined;
  readonly store: IdentityStore;
  readonly now: () => number;
}

/** Two ways to have met somebody: under a name of its own choice, and with its key. */
interface Met {
  readonly byName: KnownPlayer | null;
  readonly byKey: KnownPlayer | null;
}

const nameOf = ({ name }: Heard): string => `name ${name}`;
const keyOf = ({ key }: Heard): string => `key ${key}`;

/** Who it is that signed a statement, by what is believed here. Throws an IdentityError when that is not enough. */
export async function recognize(heard: Heard, meeting: Meeting, beliefs: Beliefs): Promise<PlayerProof> {
  const { key, name } = heard;
  const { store, policy } = beliefs;
  if (meeting.key !== undefined && meeting.key !== key) {
    throw new IdentityError('wrong_key', 'The other side does not have the key that the invitation names');
  }
  const account = await accountOf(heard, beliefs);
  const met: Met = {
    byName: name === '' ? null : await store.known(nameOf(heard)),
    byKey: await store.known(keyOf(heard)),
  };
  checkName(heard, met, account);
  const by = kindOf(account, meeting, met);
  if (by === 'first-use' && policy === 'require') {
    throw new IdentityError('unknown_key', 'Nobody vouches for the other side, and it was not met before');
  }
  await remember(heard, met, account, beliefs);
  return { by, key, ...ofAccount(account, met), ...(name !== '' && { name }) };
}

async function accountOf({ token, key }: Heard, { accounts, now }: Beliefs): Promise<Account | null> {
  return token === undefined || accounts === undefined ? null : readToken(token, accounts, key, now());
}

/** Whoever proves an account may share its name with others, and may have a new device. */
function checkName({ key, name }: Heard, { byName }: Met, account: Account | null): void {
  if (byName === null || byName.key === key || account !== null) return;
  throw new IdentityError('key_changed', `${name} was met before, with another key`);
}

function kindOf(account: Account | null, { key }: Meeting, { byKey }: Met): ProofKind {
  if (account !== null) return 'account';
  if (key !== undefined) return 'invitation';
  return byKey === null ? 'first-use' : 'known';
}

function ofAccount(account: Account | null, { byKey }: Met): Pick<PlayerProof, 'account' | 'claims'> {
  if (account !== null) return { account: account.account, claims: account.claims };
  return byKey?.account === undefined ? {} : { account: byKey.account };
}

async function remember(heard: Heard, met: Met, account: Account | null, { store, now }: Beliefs): Promise<void> {
  const { key, name } = heard;
  const proven = account?.account ?? met.byKey?.account;
  const player = { key, since: met.byKey?.since ?? now(), ...(proven !== undefined && { account: proven }) };
  if (met.byKey === null || met.byKey.account !== proven) await store.remember(keyOf(heard), player, true);
  if (name === '' || met.byName?.key === key) return;
  // The name stays with who had it first, unless that is the same account on a new device.
  const isNewDevice = proven !== undefined && met.byName?.account === proven;
  const kept = await store.remember(nameOf(heard), player, isNewDevice);
  // Two of the same name at the same time: one was faster.
  checkName(heard, { ...met, byName: kept }, account);
}
