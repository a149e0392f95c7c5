import { TYPE, VariantType } from './variant-type.js';

/**
 * Godot's `^"A/B:position:x"`: the names of nodes, then those of a property and its parts.
 * @example
 * ```ts run
 * import { NodePath } from 'scenewire';
 *
 * const path = new NodePath('Players/Hero:position:x');
 * console.log(path.names.join('/'), path.subnames.join('.')); // → Players/Hero position.x
 * ```
 */
export class NodePath {
  readonly names: readonly string[];
  readonly subnames: readonly string[];
  readonly absolute: boolean;

  /** A path with an empty subname, such as `A::x`, is no path: it reads as empty, as in Godot. */
  constructor(path: string | NodePathParts = '') {
    const { names, subnames, absolute } = typeof path === 'string' ? parse(path) : path;
    this.names = names;
    this.subnames = subnames;
    this.absolute = absolute;
  }

  get [TYPE](): typeof VariantType.NODE_PATH {
    return VariantType.NODE_PATH;
  }

  get path(): string {
    const subnames = this.subnames.map((name) => `:${name}`);
    return `${this.absolute ? '/' : ''}${this.names.join('/')}${subnames.join('')}`;
  }

  toString(): string {
    return this.path;
  }
}

/** The parts of a path. */
export interface NodePathParts {
  readonly names: readonly string[];
  readonly subnames: readonly string[];
  readonly absolute: boolean;
}

const EMPTY: NodePathParts = { names: [], subnames: [], absolute: false };

function parse(path: string): NodePathParts {
  const colon = path.indexOf(':');
  const nodes = colon < 0 ? path : path.slice(0, colon);
  const subnames = colon < 0 ? [] : path.slice(colon + 1).split(':');
  // A colon at the end is allowed and means nothing.
  if (subnames.at(-1) === '') subnames.pop();
  if (subnames.includes('')) return EMPTY;
  const names = nodes.split('/').filter((name) => name !== '');
  return { names, subnames, absolute: path.startsWith('/') };
}
