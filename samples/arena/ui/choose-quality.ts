import { GRADES, Quality } from '../show/quality.js';

/** `wish`: the number of a grade to stay with. Without one it begins with what this machine can, as far as it tells. */
export function chooseQuality(wish: string | null): Quality {
  if (wish !== null) return new Quality({ first: Number(wish), isFixed: true });
  return new Quality({ first: isDrawnBySoftware() ? GRADES.length - 1 : 0 });
}

/** Some machines have no graphics hardware, or don't let the browser use it. */
function isDrawnBySoftware(): boolean {
  const context = document.createElement('canvas').getContext('webgl2');
  if (context === null) return false;
  const detail = context.getExtension('WEBGL_debug_renderer_info');
  const name = String(context.getParameter(detail?.UNMASKED_RENDERER_WEBGL ?? context.RENDERER));
  // A page may have only so many.
  context.getExtension('WEBGL_lose_context')?.loseContext();
  return /swiftshader|llvmpipe|software|basic render/i.test(name);
}
