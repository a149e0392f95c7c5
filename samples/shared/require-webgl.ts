const WHAT_TO_DO =
  'This browser offers no WebGL 2 here. Hardware acceleration may be turned off in its settings, or its graphics driver may be blocked; another browser on this machine may have it.';

/** Tells the player, instead of an empty page. */
export function requireWebGL(stage: Element): void {
  const context = document.createElement('canvas').getContext('webgl2');
  if (context === null) {
    stage.textContent = WHAT_TO_DO;
    stage.className = 'trouble';
    throw new Error(WHAT_TO_DO);
  }
  // A page may have only so many.
  context.getExtension('WEBGL_lose_context')?.loseContext();
}
