/** What browsers take for the player's wish to hear or see something: a finger that goes up, a button or a key that goes down. */
const GESTURES = ['pointerdown', 'pointerup', 'touchend', 'click', 'keydown'] as const;
const QUIETLY = { capture: true, passive: true } as const;

/** Runs inside each gesture of the player, until the function that it gives is called. */
export function onGestures(run: () => void): () => void {
  for (const name of GESTURES) addEventListener(name, run, QUIETLY);
  return () => {
    for (const name of GESTURES) removeEventListener(name, run, QUIETLY);
  };
}
