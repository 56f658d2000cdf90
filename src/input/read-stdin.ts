import { StringDecoder } from 'node:string_decoder'
import { Misconfigured } from '../errors.ts'

const longest = 8 * 1024 * 1024

/**
 * Reads up to the closing tag: splunkd may leave the pipe open, so the end of the stream must not be waited for.
 * @throws {Misconfigured} when the stream ends before, or holds more than 8 MiB.
 */
export async function readDocument(stdin: AsyncIterable<Buffer>, closingTag: string): Promise<string> {
  const decoder = new StringDecoder('utf8')
  let read = ''
  for await (const chunk of stdin) {
    const searchFrom = Math.max(0, read.length - closingTag.length)
    read += decoder.write(chunk)
    const found = read.indexOf(closingTag, searchFrom)
    if (found >= 0) return read.slice(0, found + closingTag.length)
    if (read.length > longest) break
  }
  throw new Misconfigured(
    `No document ending in ${closingTag} on stdin. This program is started by splunkd; to try it by hand, pipe in what ` +
      '"splunk cmd splunkd print-modinput-config" prints.',
  )
}
