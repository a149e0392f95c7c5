import { readFileSync } from 'node:fs';
import { expect, it } from 'vitest';
import { inRoot } from '../../scripts/lib/paths.js';
import { ownReasons } from '../../src/lobby/client/lobby-error.js';
import { lobbyReasons } from '../../src/lobby/protocol/lobby-reason.js';
import { inviteTexts } from '../../src/lobby/session/invite/invite-error.js';

it('the page about errors has every reason that a call of the lobby can give', () => {
  const page = readFileSync(inRoot('docs/errors.md'), 'utf8');
  const [, lobby = ''] = /^## The lobby$([\s\S]*?)^## /m.exec(page) ?? [];
  const [, invitations = ''] = /^## Invitations$([\s\S]*?)^## /m.exec(page) ?? [];
  for (const reason of Object.keys({ ...lobbyReasons, ...ownReasons })) expect(lobby).toContain(`\`${reason}\``);
  for (const reason of Object.keys(inviteTexts)) expect(invitations).toContain(`\`${reason}\``);
});
