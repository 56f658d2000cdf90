import type { Fault } from './faults.ts'
import type { Answer } from './request.ts'

const page = '<!DOCTYPE html><html><head><title>Sign in</title></head><body><h1>Portal</h1></body></html>'

const mebibyte = Buffer.alloc(1024 * 1024, '{"message": "x"} ')

/** An answer that calls itself a success and is none. */
export function hostileBody(fault: Extract<Fault, { kind: 'body' }>): Answer {
  const status = fault.status ?? 200
  const json = { 'Content-Type': 'application/json' }
  switch (fault.body) {
    case 'html':
      return { status, headers: { 'Content-Type': 'text/html' }, body: page }
    case 'empty':
      return { status, headers: json, body: '' }
    case 'wrongJson':
      return { status, headers: json, body: '{"data":7,"result":"none","logs":"?","accessToken":[]}' }
    case 'cutJson':
      return { status, headers: json, body: '{"data":{"message":["https://exam' }
    case 'huge':
      return { status, headers: json, body: hugeBody(fault.bytes ?? 64 * 1024 * 1024) }
  }
}

function* hugeBody(bytes: number): Generator<Uint8Array> {
  for (let left = bytes; left > 0; left -= mebibyte.length)
    yield mebibyte.subarray(0, Math.min(left, mebibyte.length))
}
