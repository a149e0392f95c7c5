import { clientShapes } from '../../src/lobby/protocol/client-shapes.js';
import type { AnyShape, Field } from '../../src/lobby/protocol/fields.js';
import {
  MAX_DATA_LENGTH,
  MAX_FILTER_CHOICES,
  MAX_FILTERS,
  MAX_METADATA_KEY_LENGTH,
  MAX_METADATA_KEYS,
  MAX_METADATA_VALUE_LENGTH,
  MAX_PEER_ID,
} from '../../src/lobby/protocol/limits.js';
import { LOBBY_VERSION, MessageType } from '../../src/lobby/protocol/message-type.js';
import { serverShapes } from '../../src/lobby/protocol/server-shapes.js';

type Json = { readonly [key: string]: unknown };

const metadataValue: Json = {
  anyOf: [{ type: 'string', maxLength: MAX_METADATA_VALUE_LENGTH }, { type: 'number' }, { type: 'boolean' }],
};
const metadataKey: Json = { maxLength: MAX_METADATA_KEY_LENGTH, pattern: '^[\\w.-]+$', not: { const: '__proto__' } };

/** What a JSON schema can't say about metadata, its length as JSON, is in the description. */
const metadata = (maxLength: number): Json => ({
  description: `At most ${maxLength} characters as JSON.`,
  type: 'object',
  maxProperties: MAX_METADATA_KEYS,
  propertyNames: metadataKey,
  additionalProperties: { $ref: '#/$defs/metadataValue' },
});

const filters: Json = {
  type: 'object',
  maxProperties: MAX_FILTERS,
  propertyNames: metadataKey,
  additionalProperties: {
    anyOf: [
      { $ref: '#/$defs/metadataValue' },
      { type: 'array', maxItems: MAX_FILTER_CHOICES, items: { $ref: '#/$defs/metadataValue' } },
      {
        type: 'object',
        properties: { min: { type: 'number' }, max: { type: 'number' } },
        additionalProperties: false,
      },
    ],
  },
};

function fieldSchema(field: Field): Json {
  switch (field.kind) {
    case 'int':
      return { type: 'integer', minimum: field.min, maximum: field.max };
    case 'text': {
      const { minLength = 0, maxLength, pattern } = field;
      const ofPattern = pattern === undefined ? {} : { pattern: pattern.source };
      return { type: 'string', ...(minLength > 0 && { minLength }), maxLength, ...ofPattern };
    }
    case 'flag':
      return { type: 'boolean' };
    case 'choice':
      return { type: 'string', enum: field.of };
    case 'list':
      return { type: 'array', maxItems: field.maxItems, items: fieldSchema(field.of) };
    case 'shape':
      return { type: 'object', ...membersSchema(field.shape) };
    case 'metadata':
      return metadata(field.maxLength);
    case 'filters':
      return filters;
  }
}

function membersSchema(members: AnyShape): { properties: Json; required: string[] } {
  const names = Object.keys(members);
  return {
    properties: Object.fromEntries(names.map((name) => [name, fieldSchema(members[name]!.field)])),
    required: names.filter((name) => !members[name]!.optional),
  };
}

const typeNames = new Map<number, string>(Object.entries(MessageType).map(([name, type]) => [type, name]));

function messageSchema(type: number, members: AnyShape, idMinimum: number | undefined): Json {
  const { properties, required } = membersSchema(members);
  const id = { type: 'integer', ...(idMinimum !== undefined && { minimum: idMinimum }), maximum: MAX_PEER_ID };
  return {
    title: typeNames.get(type),
    type: 'object',
    properties: { type: { const: type }, id, data: { type: 'string', maxLength: MAX_DATA_LENGTH }, ...properties },
    required: ['type', 'id', 'data', ...required],
  };
}

const sideSchema = (shapes: ReadonlyMap<number, AnyShape>, idMinimum?: number): Json => ({
  oneOf: [...shapes].map(([type, members]) => messageSchema(type, members, idMinimum)),
});

/** The schema of all messages, made from the tables of the parser. */
export const lobbySchema = (): Json => ({
  $schema: 'https://json-schema.org/draft/2020-12/schema',
  title: `scenewire lobby protocol, version ${LOBBY_VERSION}`,
  description: 'Messages that are well written. A server takes more: see lobby-protocol.md.',
  $defs: {
    metadataValue,
    fromClient: sideSchema(clientShapes),
    fromServer: sideSchema(serverShapes, -1),
  },
  anyOf: [{ $ref: '#/$defs/fromClient' }, { $ref: '#/$defs/fromServer' }],
});

export const writeLobbySchema = (): string => `${JSON.stringify(lobbySchema(), null, 2)}\n`;
