import { type Fields, NotKnown } from '../eval/value.ts'

const pair = /(?<![\w.])([A-Za-z_]\w*)=(?:"((?:[^"\\]|\\.)*)"|([^\s",;|]+))/g

/**
 * Fields as `KV_MODE = auto_escaped` gives them for `key=value` and `key="value"`, where `\"` and `\\` stand for
 * themselves inside of quotes. Source: props.conf.spec, KV_MODE.
 */
export function keyValueFields(raw: string): Fields {
  const found: Fields = new Map()
  // Quoted text that looks like a pair is none: a match goes on behind its closing quote.
  for (const [, name = '', quoted, plain] of raw.matchAll(pair)) {
    if (found.has(name)) throw new NotKnown(`the key ${name} twice in one line of key=value pairs`)
    found.set(name, (quoted?.replace(/\\(["\\])/g, '$1') ?? plain ?? '').trim())
  }
  return found
}
