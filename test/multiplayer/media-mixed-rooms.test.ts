import { afterEach, beforeEach, expect, it, vi } from 'vitest';
import { setErrorHandler } from '../../src/core/fail.js';
import { audioTrack } from '../extension/support/wrtc.js';
import { MediaGame } from './support/media-game.js';

vi.setConfig({ testTimeout: 60_000 });

let game: MediaGame;
beforeEach(() => {
  game = new MediaGame();
});
afterEach(() => {
  game.close();
  setErrorHandler(null);
});

it('mixed rooms: who speaks as Godot does, and who is native, stays connected and is left in peace', async () => {
  const [one, two] = [game.meet(1), game.meet(2)];
  const godot = game.meet(3, { link: false });
  const native = game.meet(4, { native: true });
  await game.until(() => game.isComplete);
  const first = game.listen(one);
  game.listen(two);
  game.listen(native);
  first.addLocalTrack(audioTrack());
  await game.until(() => game.heard.includes('2: +1 voice'));
  await game.spin(50);
  expect(first.getPeers()).toEqual([2]);
  expect(game.isComplete).toBe(true);
  for (const other of [godot, native]) {
    expect(other.getPeers().get(1)?.connection.getRemoteDescription()?.sdp).not.toContain('m=audio');
  }
});
