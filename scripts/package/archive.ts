import { constants, crc32, deflateRawSync } from 'node:zlib'
import { Header } from 'tar'

export interface PackedFile {
  /** Inside the archive, with forward slashes. */
  readonly path: string
  readonly bytes: Buffer
  readonly executable: boolean
}

/** A stretch of the tar stream with its compressed form. Segments can be joined in any number and order. */
export interface Segment {
  readonly tar: Buffer
  readonly deflated: Buffer
}

/** The same in every build: what was built from the same files has the same bytes. */
const MODIFIED = new Date('2026-01-01T00:00:00Z')
const BLOCK_BYTES = 512
/** On the runtime, 9 takes three times as long as 6 for 0.5 % less. */
const LEVEL = 6

/** The files, and the directories named, as a stretch of a tar stream in ustar format. */
export function tarStretch(directories: readonly string[], files: readonly PackedFile[]): Buffer {
  const blocks: Buffer[] = directories.map((path) => header(`${path}/`, 'Directory', 0o755, 0))
  for (const file of files) {
    const padding = Buffer.alloc(-file.bytes.length & (BLOCK_BYTES - 1))
    const mode = file.executable ? 0o755 : 0o644
    blocks.push(header(file.path, 'File', mode, file.bytes.length), file.bytes, padding)
  }
  return Buffer.concat(blocks)
}

/** Compresses a stretch so that it can be kept and used in later archives. */
export function deflated(tar: Buffer): Buffer {
  return deflateRawSync(tar, { level: LEVEL, finishFlush: constants.Z_FULL_FLUSH })
}

/**
 * One gzip member (RFC 1952) of all segments and the two empty blocks that end a tar stream.
 *
 * A segment's deflate blocks end on a byte and refer to nothing before them, so that they can be strung together:
 * the runtime, nine tenths of the archive and most of the time, is compressed once a version.
 */
export function gzipOf(segments: readonly Segment[]): Buffer {
  const end = Buffer.alloc(2 * BLOCK_BYTES)
  const all = [...segments, { tar: end, deflated: deflateRawSync(end, { level: LEVEL }) }]
  const trailer = Buffer.alloc(8)
  trailer.writeUInt32LE(
    all.reduce((checksum, segment) => crc32(segment.tar, checksum), 0),
    0,
  )
  trailer.writeUInt32LE(all.reduce((size, segment) => size + segment.tar.length, 0) % 2 ** 32, 4)
  return Buffer.concat([GZIP_HEADER, ...all.map((segment) => segment.deflated), trailer])
}

/** Deflate, no name, no time, unknown operating system. */
const GZIP_HEADER = Buffer.from([0x1f, 0x8b, 8, 0, 0, 0, 0, 0, 0, 0xff])

function header(path: string, type: 'File' | 'Directory', mode: number, size: number): Buffer {
  const block = Buffer.alloc(BLOCK_BYTES)
  const needsLongName = new Header({ path, type, mode, size, mtime: MODIFIED }).encode(block, 0)
  if (needsLongName) throw new Error(`The path ${path} is too long for a tar header.`)
  return block
}
