import type { Agent } from 'node:http'
import type { Socket } from 'node:net'

/** Twice as much as Node.js itself reads at once. */
const size = 1 << 17

/** Connections that read into one buffer, and who has their bytes instead of Node.js's HTTP parser. */
const readers = new WeakSet<Socket>()
const takers = new WeakMap<Socket, (bytes: Buffer) => void>()

/**
 * Makes an agent's connections read into the same memory again and again. Node.js's own way is a new piece of memory
 * for each read, which costs a large download a third of its time. It is safe because Node.js's HTTP parser copies
 * whatever it hands on.
 * Source: Node.js, net, `onread` of `socket.connect`.
 */
export function readingIntoOneBuffer<T extends Agent>(agent: T): T {
  const connect = agent.createConnection.bind(agent)
  agent.createConnection = (options, done) => {
    const buffer = Buffer.allocUnsafeSlow(size)
    const callback = (length: number): boolean => {
      const bytes = buffer.subarray(0, length)
      const take = takers.get(socket)
      if (take === undefined) socket.emit('data', bytes)
      else take(bytes)
      return true
    }
    const socket = connect(Object.assign(options, { onread: { buffer, callback } }), done) as Socket
    readers.add(socket)
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
  if (!readers.has(socket)) return false
  takers.set(socket, take)
  return true
}
