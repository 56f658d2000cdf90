import { askForWideVectors } from '../runtime.ts'
import { program } from './simd-program.ts'

/** What the WebAssembly program of assembly/records.ts offers; addresses and offsets are bytes. */
interface Exports {
  readonly memory: WebAssembly.Memory
  readonly count: WebAssembly.Global
  readonly failedAt: WebAssembly.Global
  readonly pageStart: WebAssembly.Global
  readonly pageEnd: WebAssembly.Global
  readonly isFull: WebAssembly.Global
  layOut(
    stacks: number,
    names: number,
    nodes: number,
    entries: number,
    pageNames: number,
    pageNodes: number,
    pageEntries: number,
    bytesOfRow: number,
  ): void
  records(text: number, to: number, bias: number, rows: number, limit: number, longest: number): number
  page(text: number, from: number, to: number, rows: number, rowsEnd: number, isArray: number): number
  copy(at: number, to: number, out: number, join: number, isXml: number): number
  readonly written: WebAssembly.Global
  frame(
    rows: number,
    bytesOfRow: number,
    count: number,
    origin: number,
    times: number,
    ids: number,
    idWidth: number,
    skips: number,
    variants: number,
    segments: number,
    out: number,
    outEnd: number,
  ): number
  identities(
    rows: number,
    bytesOfRow: number,
    count: number,
    origin: number,
    room: number,
    ids: number,
    width: number,
  ): void
  instants(
    rows: number,
    bytesOfRow: number,
    count: number,
    origin: number,
    column: number,
    out: number,
  ): number
  canonical(
    rows: number,
    bytesOfRow: number,
    count: number,
    origin: number,
    column: number,
    notes: number,
    spans: number,
    to: number,
    outEnd: number,
  ): number
}

/** A stretch of text that is in the program's memory. */
export interface TextWindow {
  /** The first and the last byte, offsets in the text, the latter exclusive. */
  readonly from: number
  readonly to: number
  /** Address of the text's offset 0, which may lie outside the memory. */
  readonly origin: number
  /** Where free memory begins behind it. */
  readonly free: number
}

/** The program and its memory. Nothing stays in that memory from one call to the next but the window. */
export class SimdCore {
  readonly run: Exports
  /** All of the memory. */
  bytes: Uint8Array
  numbers: Int32Array
  doubles: Float64Array
  /** The text that is still there from an earlier call; whoever uses its memory for something else drops it. */
  window: TextWindow | undefined

  constructor(run: Exports) {
    this.run = run
    this.bytes = new Uint8Array(run.memory.buffer)
    this.numbers = new Int32Array(run.memory.buffer)
    this.doubles = new Float64Array(run.memory.buffer)
  }

  /** Puts a stretch of text into the memory, followed by a zero byte and by a bit for each byte. */
  hold(bytes: Uint8Array, from: number, to: number, at: number): TextWindow {
    const end = at + to - from
    const free = aligned(end + 128 + (to - from) / 8)
    this.reserve(free)
    this.bytes.set(bytes.subarray(from, to), at)
    this.bytes[end] = 0
    this.window = { from, to, origin: at - from, free }
    return this.window
  }

  /** Makes the memory at least so large. Steps of 64 bytes may go past the end of what they need. */
  reserve(end: number): void {
    const missing = end + 256 - this.bytes.length
    if (missing <= 0) return
    this.run.memory.grow(Math.ceil(missing / pageOfMemory))
    this.bytes = new Uint8Array(this.run.memory.buffer)
    this.numbers = new Int32Array(this.run.memory.buffer)
    this.doubles = new Float64Array(this.run.memory.buffer)
  }
}

const pageOfMemory = 65_536

let core: SimdCore | null | undefined

/**
 * The one core of this process, made when it is first asked for; null where WebAssembly cannot be had (an
 * interpreter without it, or no room for its address space), and the plain twins do the work.
 */
export function simdCore(): SimdCore | null {
  if (core === undefined) {
    try {
      askForWideVectors()
      const module = new WebAssembly.Module(Buffer.from(program, 'base64'))
      const exports: unknown = new WebAssembly.Instance(module).exports
      core = new SimdCore(exports as Exports)
    } catch {
      core = null
    }
  }
  return core
}

/** The next address that is a multiple of 64. */
export const aligned = (address: number): number => (address + 63) & ~63
