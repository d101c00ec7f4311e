/**
 * JSON whose numbers survive the way through.
 *
 * Users' JSON (parameters, state data, event payloads) passes through the server unread. Python tells 1.0 from 1 and has
 * integers of any size, JavaScript does neither; so a number that would change when written again is kept as its source
 * text (`JSON.rawJSON`).
 */
export type Json = null | boolean | number | string | RawNumber | Json[] | { [key: string]: Json }
export type JsonObject = { [key: string]: Json }

/** A number kept as its source text. */
export interface RawNumber {
  readonly rawJSON: string
}

// lib.es2024 does not know these two yet.
const json = JSON as unknown as {
  rawJSON(text: string): RawNumber
  isRawJSON(value: unknown): value is RawNumber
}

/**
 * A number written 1.0 or 1e5, or with 16 digits and more, where JSON may have one: after the start, a bracket, a colon, a
 * comma or white space. Ids and instants, which are in every body, do not match; a match inside a string only costs time.
 */
const fragileNumber = /(?:^|[:[,\s])(?:-0(?=[\s,\]}]|$)|-?(?:\d{16}|\d+\.\d*0(?=[\s,\]}]|$)|\d+(?:\.\d+)?[eE]))/

/** Parses JSON text; numbers that JavaScript would write differently become RawNumber. Throws SyntaxError. */
export function parseJson(text: string): Json {
  if (!fragileNumber.test(text)) return JSON.parse(text) as Json
  return JSON.parse(text, keepSource) as Json
}

function keepSource(_key: string, value: unknown, context?: { source?: string }): unknown {
  if (typeof value !== 'number' || context?.source === undefined) return value
  return String(value) === context.source ? value : json.rawJSON(context.source)
}

export function isRawNumber(value: unknown): value is RawNumber {
  return json.isRawJSON(value)
}

/** The value as a JavaScript number, for those who must compute with it. */
export function toNumber(value: number | RawNumber): number {
  return typeof value === 'number' ? value : Number(value.rawJSON)
}

export function isJsonObject(value: unknown): value is JsonObject {
  return typeof value === 'object' && value !== null && !Array.isArray(value) && !isRawNumber(value)
}
