import { requireWebGL } from '../shared/require-webgl.js';
import { Game } from './ui/game.js';
import type { ViewName } from './ui/title-card.js';

/** `?view=babylon` and so on. Only the engine that draws is loaded. */
const start: { readonly [view in ViewName]: (stage: Element) => Promise<unknown> } = {
  three: async (stage) => new Game('three', await (await import('./views/three/view.js')).createView(stage)),
  babylon: async (stage) => new Game('babylon', await (await import('./views/babylon/view.js')).createView(stage)),
  react: async (stage) => new Game('react', await (await import('./views/react/view.js')).createView(stage)),
};

const wanted = new URLSearchParams(location.search).get('view') ?? '';
const view = Object.hasOwn(start, wanted) ? (wanted as ViewName) : 'three';
const stage = document.getElementById('stage') as HTMLElement;

requireWebGL(stage);
try {
  await start[view](stage);
} catch (thrown) {
  stage.textContent = `The arena can't be drawn: ${thrown instanceof Error ? thrown.message : String(thrown)}`;
  stage.className = 'trouble';
  throw thrown;
}
