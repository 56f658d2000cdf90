import { execFileSync } from 'node:child_process'
import { closeSync, constants, mkdtempSync, openSync, rmSync } from 'node:fs'
import { Socket } from 'node:net'
import { tmpdir } from 'node:os'
import { join } from 'node:path'

/** Both ends of a pipe, as descriptors. */
export interface Pipe {
  readonly read: number
  readonly write: number
}

/** How many are made at once: `mkfifo` is a process of its own. */
const madeAtOnce = 30

/** Pipes that nobody has yet. Node.js hands no descriptor on to a child but those that it is told to. */
const stock: Pipe[] = []

/**
 * Real kernel pipes, 64 KB each, as splunkd uses them: Node.js itself would give the child sockets, which hold more
 * and behave otherwise when full or closed.
 */
export function openPipes(count: number): Pipe[] {
  if (stock.length < count) stock.push(...makePipes(Math.max(madeAtOnce, count)))
  return stock.splice(0, count)
}

function makePipes(count: number): Pipe[] {
  const directory = mkdtempSync(join(tmpdir(), 'pipes-'))
  try {
    const names = Array.from({ length: count }, (_, index) => join(directory, String(index)))
    execFileSync('mkfifo', names)
    return names.map((name) => {
      // With both directions open, opening either end alone does not wait for the other.
      const keeper = openSync(name, constants.O_RDWR)
      const read = openSync(name, constants.O_RDONLY)
      const write = openSync(name, constants.O_WRONLY)
      closeSync(keeper)
      return { read, write }
    })
  } finally {
    rmSync(directory, { recursive: true })
  }
}

/** The reading end as a stream. */
export const reader = (descriptor: number): Socket =>
  new Socket({ fd: descriptor, readable: true, writable: false })

/** The writing end as a stream; an input that does not read it is no error of splunkd. */
export function writer(descriptor: number): Socket {
  const socket = new Socket({ fd: descriptor, readable: false, writable: true })
  socket.on('error', () => socket.destroy())
  return socket
}
