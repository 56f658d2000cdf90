/** Bytes that are not JSON, or nested deeper than is followed. */
export class MalformedJson extends Error {
  override readonly name = 'MalformedJson'
}
