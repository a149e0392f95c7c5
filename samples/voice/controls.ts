const KEYS: { readonly [code: string]: readonly [x: number, z: number] } = {
  KeyW: [0, -1],
  ArrowUp: [0, -1],
  KeyS: [0, 1],
  ArrowDown: [0, 1],
  KeyA: [-1, 0],
  ArrowLeft: [-1, 0],
  KeyD: [1, 0],
  ArrowRight: [1, 0],
};

export interface Controlled {
  /** Where to go: each from -1 to 1. */
  readonly wish: { x: number; z: number };
  /** V, or the button for it, is held. */
  talk(isHeld: boolean): void;
}

/** Walking with keys or a finger on the picture, and talking with V or a button that is held. */
export function control({ wish, talk }: Controlled, canvas: HTMLCanvasElement, talkButton: HTMLButtonElement): void {
  const held = new Set<string>();
  const steer = (): void => {
    const wishes = [...held].map((code) => KEYS[code] ?? [0, 0]);
    wish.x = wishes.reduce((sum, [x]) => sum + x, 0);
    wish.z = wishes.reduce((sum, [, z]) => sum + z, 0);
  };
  const onKey = (event: KeyboardEvent): void => {
    const isDown = event.type === 'keydown';
    if (event.code === 'KeyV') talk(isDown);
    // Lists are chosen from with the same keys.
    if (!(event.code in KEYS) || event.target instanceof HTMLSelectElement) return;
    event.preventDefault();
    if (isDown) held.add(event.code);
    else held.delete(event.code);
    steer();
  };
  addEventListener('keydown', onKey);
  addEventListener('keyup', onKey);
  // A key that is let go in another window is never told of here.
  addEventListener('blur', () => {
    held.clear();
    steer();
    talk(false);
  });

  // A finger leads the way from the middle of the picture.
  canvas.onpointerdown = canvas.onpointermove = ({ buttons, offsetX, offsetY }) => {
    if (buttons === 0) return;
    wish.x = (offsetX / canvas.clientWidth - 0.5) * 4;
    wish.z = (offsetY / canvas.clientHeight - 0.5) * 4;
  };
  canvas.onpointerup = canvas.onpointercancel = steer;

  talkButton.onpointerdown = ({ pointerId }) => {
    talkButton.setPointerCapture(pointerId);
    talk(true);
  };
  talkButton.onlostpointercapture = () => talk(false);
  // Or a long press on a phone opens a menu.
  talkButton.oncontextmenu = (event) => event.preventDefault();
}
