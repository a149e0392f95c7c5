import { make } from '../shared/dom.js';
import { type Letter, TabPlayer } from './sim.js';

const find = <T extends Element>(selector: string): T => document.querySelector(selector) as T;
const state = find<HTMLElement>('#state');
const lines = find<HTMLElement>('#lines');
const input = find<HTMLInputElement>('#text');
const send = find<HTMLButtonElement>('#send');

/** The signalling: every tab of this page hears it. Packets travel on a wire of their own. */
const post = new BroadcastChannel('scenewire own-backend');
const player = new TabPlayer((letter) => post.postMessage(letter));
post.onmessage = ({ data }: MessageEvent<Letter>) => player.receive(data);

find('#say').addEventListener('submit', (event) => {
  event.preventDefault();
  if (input.value === '') return;
  player.say(input.value);
  addLine('me', input.value);
  input.value = '';
});
window.addEventListener('pagehide', () => player.close());
player.announce();

// A timer and not animation frames: of two tabs in one window only one is visible.
setInterval(() => {
  player.process();
  if (state.textContent !== player.state) state.textContent = player.state;
  send.disabled = !player.canSend;
  for (const line of player.received.splice(0)) addLine('other tab', line);
}, 50);

function addLine(from: string, text: string): void {
  lines.append(make('li', '', `${from}: ${text}`));
}
