/** Drawn with lines, since not every machine has every sign in its fonts. */
const PATHS = {
  leave: 'M6 6 18 18M18 6 6 18',
  network: 'M3 14h4l3-8 4 13 3-9 1.5 4H21',
  sound: 'M4 10v4h3l5 4V6L7 10ZM15.5 9a4 4 0 0 1 0 6M18 6.5a7.5 7.5 0 0 1 0 11',
  silent: 'M4 10v4h3l5 4V6L7 10ZM16 9.5l5 5M21 9.5l-5 5',
} as const;

export function icon(name: keyof typeof PATHS): SVGSVGElement {
  const space = 'http://www.w3.org/2000/svg';
  const [svg, path] = [document.createElementNS(space, 'svg'), document.createElementNS(space, 'path')];
  svg.setAttribute('viewBox', '0 0 24 24');
  svg.setAttribute('aria-hidden', 'true');
  path.setAttribute('d', PATHS[name]);
  svg.append(path);
  return svg;
}
