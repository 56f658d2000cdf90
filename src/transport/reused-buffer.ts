import type { Agent } from 'node:http'
import type { Socket } from 'node:net'
import { SpareMemory } from './spare-memory.ts'

/** As much as Node.js itself reads at once. */
const usual = new SpareMemory(1 << 16)
/** For bytes that are not copied into new memory, which beyond the usual size is the operating system's each time. */
const diverted = new SpareMemory(1 << 17)

/** Once a connection is closed, nothing is read into its memory any more. */
const giveBackOnClose = (socket: Socket, memory: Buffer, spare: SpareMemory): void =>
  void socket.once('close', () => spare.giveBack(memory))

/** The memory that a connection reads into next, and who has its bytes instead of Node.js's HTTP parser. */
interface Reading {
  into: Buffer
  take?: (bytes: Buffer) => void
}

const readings = new WeakMap<Socket, Reading>()

/**
 * Makes an agent's connections read into the same memory again and again. Node.js's own way is a new piece of memory
 * for each read, which costs a large download a third of its time. It is safe because Node.js's HTTP parser copies
 * whatever it hands on.
 * Source: Node.js, net, `onread` of `socket.connect`.
 */
export function readingIntoOneBuffer<T extends Agent>(agent: T): T {
  const connect = agent.createConnection.bind(agent)
  agent.createConnection = (options, done) => {
    const reading: Reading = { into: usual.take() }
    const callback = (length: number, memory: Uint8Array): boolean => {
      const bytes = Buffer.from(memory.buffer, memory.byteOffset, length)
      if (reading.take === undefined) socket.emit('data', bytes)
      else reading.take(bytes)
      return true
    }
    const onread = { buffer: () => reading.into, callback }
    const socket = connect(Object.assign(options, { onread }), done) as Socket
    giveBackOnClose(socket, reading.into, usual)
    readings.set(socket, reading)
    return socket
  }
  return agent
}

/**
 * Hands all further bytes of a connection to `take`, which must not keep them, past Node.js's HTTP parser: that would
 * copy each read into new memory, which is half of what a large download costs. No other request can use the
 * connection after that.
 * @returns false for a connection that does not read into one buffer; nothing has happened then.
 */
export function divert(socket: Socket, take: (bytes: Buffer) => void): boolean {
  const reading = readings.get(socket)
  if (reading === undefined) return false
  reading.into = diverted.take()
  giveBackOnClose(socket, reading.into, diverted)
  reading.take = take
  return true
}
