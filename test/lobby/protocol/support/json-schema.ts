type Schema = { readonly [keyword: string]: unknown };

/** Says whether a value fits a JSON schema, for the keywords that ours uses; any other one throws. */
export class JsonSchema {
  readonly #root: Schema;

  constructor(root: Schema) {
    this.#root = root;
  }

  /** By a pointer like `#/$defs/name`. */
  fits(value: unknown, pointer: string): boolean {
    return this.#check(value, this.#resolve(pointer));
  }

  #resolve(pointer: string): Schema {
    return pointer
      .split('/')
      .slice(1)
      .reduce((at: unknown, name) => (at as Schema)[name], this.#root) as Schema;
  }

  #check(value: unknown, schema: Schema): boolean {
    return Object.entries(schema).every(([keyword, expected]) => {
      const rule = this.#rules[keyword];
      if (rule === undefined) throw new Error(`unknown keyword ${keyword}`);
      return rule(value, expected as never, schema);
    });
  }

  readonly #rules: Readonly<Record<string, (value: unknown, expected: never, schema: Schema) => boolean>> = {
    title: () => true,
    description: () => true,
    $ref: (value, pointer: string) => this.fits(value, pointer),
    const: (value, expected: unknown) => value === expected,
    enum: (value, expected: readonly unknown[]) => expected.includes(value),
    not: (value, schema: Schema) => !this.#check(value, schema),
    anyOf: (value, schemas: readonly Schema[]) => schemas.some((schema) => this.#check(value, schema)),
    oneOf: (value, schemas: readonly Schema[]) => schemas.filter((schema) => this.#check(value, schema)).length === 1,
    type: (value, type: string) => typeOf(value).includes(type),
    minimum: (value, least: number) => typeof value !== 'number' || value >= least,
    maximum: (value, most: number) => typeof value !== 'number' || value <= most,
    minLength: (value, least: number) => typeof value !== 'string' || [...value].length >= least,
    maxLength: (value, most: number) => typeof value !== 'string' || [...value].length <= most,
    pattern: (value, pattern: string) => typeof value !== 'string' || new RegExp(pattern).test(value),
    items: (value, schema: Schema) => !Array.isArray(value) || value.every((item) => this.#check(item, schema)),
    maxItems: (value, most: number) => !Array.isArray(value) || value.length <= most,
    required: (value, names: readonly string[]) =>
      !isObject(value) || names.every((name) => Object.hasOwn(value, name)),
    maxProperties: (value, most: number) => !isObject(value) || Object.keys(value).length <= most,
    propertyNames: (value, schema: Schema) =>
      !isObject(value) || Object.keys(value).every((name) => this.#check(name, schema)),
    properties: (value, properties: Record<string, Schema>) =>
      !isObject(value) ||
      Object.entries(properties).every(
        ([name, schema]) => !Object.hasOwn(value, name) || this.#check(value[name], schema),
      ),
    additionalProperties: (value, rule: Schema | false, schema) =>
      !isObject(value) ||
      Object.entries(value)
        .filter(([name]) => !Object.hasOwn((schema['properties'] as Schema | undefined) ?? {}, name))
        .every(([, item]) => rule !== false && this.#check(item, rule)),
  };
}

const isObject = (value: unknown): value is Record<string, unknown> =>
  typeof value === 'object' && value !== null && !Array.isArray(value);

function typeOf(value: unknown): readonly string[] {
  if (value === null) return ['null'];
  if (Array.isArray(value)) return ['array'];
  if (typeof value === 'number') return Number.isInteger(value) ? ['number', 'integer'] : ['number'];
  return [typeof value];
}
