import { type Fields, NotKnown } from '../eval/value.ts'

/** Fields as `KV_MODE = auto` gives them for `key=value` and `key="value"`. Source: props.conf.spec, KV_MODE. */
export function keyValueFields(raw: string): Fields {
  const found: Fields = new Map()
  for (const [, name = '', quoted, plain] of raw.matchAll(
    /(?<![\w.])([A-Za-z_]\w*)=(?:"([^"]*)"|([^\s",;|]+))/g,
  )) {
    const value = quoted ?? plain ?? ''
    if (found.has(name)) throw new NotKnown(`the key ${name} twice in one line of key=value pairs`)
    if (value.includes('\\')) throw new NotKnown(`KV_MODE = auto does not read escapes, and ${name} has one`)
    found.set(name, value.trim())
  }
  return found
}
