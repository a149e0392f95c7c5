import { expect, it } from 'vitest';
import { openGodotRoom } from './support/godot-room.js';

const room = openGodotRoom();
it('starts', async () => {
  expect(room.godot.version).toBe('4.6.3-stable (debian4.6.3+ds-3)');
  expect(await room.run('return 1 + 1')).toBe('2');
  const port = await room.run('return control.serve()');
  const peer = room.makePeer('node');
  peer.createClient(`ws://127.0.0.1:${port}`);
  await room.heard('node peer_connected 1');
  await room.told(`peer_connected ${peer.getUniqueId()}`);
});
