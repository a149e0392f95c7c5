/** Reads source text without a compiler: blanks out comments and strings, so that plain patterns find only code. */

export interface SourceText {
  /** The code with comments blanked out; strings are kept. Lines stay where they were. */
  readonly withoutComments: string;
  /** The code with comments and the contents of strings, templates and patterns blanked out. */
  readonly bare: string;
}

/** One alternative per kind of text; the scanner takes whichever begins first. */
const tokens =
  /(?<comment>\/\/[^\n]*|\/\*[\s\S]*?\*\/)|(?<string>'(?:\\.|[^'\\\n])*'|"(?:\\.|[^"\\\n])*")|(?<template>`(?:\\.|[^`\\])*`)|(?<before>(?:^|[=(,:[!&|?{};\n]|\breturn)[ \t]*)(?<pattern>\/(?![*/])(?:\\.|\[(?:\\.|[^\]\\\n])*\]|[^/\\\n[])+\/[a-z]*)/g;

const blank = (text: string): string => text.replace(/[^\n]/g, ' ');

/** Code inside `${…}` stays visible; one level is enough for what the rules look for. */
const blankTemplate = (text: string): string =>
  text.replace(/\$\{[^}]*\}|[^\n]/g, (part) => (part.startsWith('${') ? part : ' '));

export function readSource(text: string): SourceText {
  const replace = (strings: boolean): string =>
    text.replace(tokens, (match: string, ...rest: unknown[]) => {
      const groups = rest.at(-1) as Record<string, string | undefined>;
      if (groups.comment !== undefined) return blank(match);
      if (!strings) return match;
      if (groups.template !== undefined) return blankTemplate(match);
      if (groups.pattern !== undefined) return `${groups.before}${blank(groups.pattern)}`;
      return `${match[0]}${blank(match.slice(1, -1))}${match[0]}`;
    });
  return { withoutComments: replace(false), bare: replace(true) };
}

/** What a file imports, in any form, with the reason lost: the names between the quotes. */
export function importsOf(source: SourceText): string[] {
  const forms = [
    /\b(?:import|export)\b[^'"`;()]*?\bfrom\s*['"]([^'"]+)['"]/g,
    /\bimport\s*['"]([^'"]+)['"]/g,
    /\b(?:import|require\w*)\s*\(\s*['"]([^'"]+)['"]/g,
  ];
  const found = forms.flatMap((form) => [...source.withoutComments.matchAll(form)].map((match) => match[1]!));
  return [...new Set(found)];
}

/** Whether nothing but `export … from '…'` is in a file. */
export function onlyReExports(source: SourceText): boolean {
  const reExport = /export\s+(?:type\s+)?(?:\*(?:\s+as\s+\w+)?|\{[^}]*\})\s*from\s*['"][^'"]+['"];?/g;
  return source.withoutComments.replace(reExport, '').trim() === '';
}
