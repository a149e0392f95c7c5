import { readFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { entryPoints } from '../../../scripts/lib/docs-api.js';
import { inRoot } from '../../../scripts/lib/paths.js';

/** A class that an entry point exports, also as a type alone. */
export interface ExportedClass {
  readonly name: string;
  /** The comment above it; empty for none. */
  readonly comment: string;
}

/** Every class of every entry point, once. */
export function exportedClasses(): ExportedClass[] {
  const classes = new Map<string, ExportedClass>();
  for (const entry of entryPoints().values()) {
    for (const [, names = '', from = ''] of read(entry).matchAll(/^export (?:type )?(\*|\{[^}]*\}) from '([^']+)'/gm)) {
      const file = join(dirname(entry), from.replace(/\.js$/, '.ts'));
      for (const found of classesOf(read(file))) {
        const isExported = names === '*' || new RegExp(`\\b${found.name}\\b`).test(names);
        if (isExported) classes.set(`${file} ${found.name}`, found);
      }
    }
  }
  return [...classes.values()];
}

const read = (file: string): string => readFileSync(inRoot(file), 'utf8');

function classesOf(text: string): ExportedClass[] {
  return [...text.matchAll(/(\/\*\*(?:(?!\*\/)[\s\S])*\*\/\n)?^export (?:abstract )?class (\w+)/gm)].map(
    ([, comment = '', name = '']) => ({ name, comment }),
  );
}
