/** `npx tsx scripts/lobby-schema.ts`: writes the JSON schema of the lobby's messages; a test tells when it is due. */
import { writeFileSync } from 'node:fs';
import { writeLobbySchema } from './lib/lobby-schema.js';
import { inRoot } from './lib/paths.js';

writeFileSync(inRoot('docs/lobby-protocol.schema.json'), writeLobbySchema());
