import { createServer, type Server } from 'node:http'
import type { AddressInfo } from 'node:net'
import { afterAll, beforeAll, beforeEach, expect, it } from 'vitest'
import type { PangeaStandin } from '../../standins/pangea/pangea.ts'
import { hour } from '../../standins/vendor/clock.ts'
import { Stage, type StagedInput } from '../harness.ts'
import {
  alarms,
  type FoundEvent,
  fill,
  pangeaInput,
  scenarioNow,
  sortEvents,
  startProject,
} from './project.ts'

const transaction = 'a'.repeat(43)

let stage: Stage
let gateway: Server
let pangea: PangeaStandin
let input: StagedInput
let findings: FoundEvent[]
/** What the network has for any root; nothing yet where undefined. */
let published: (() => string | undefined) | undefined
let headers: (string | undefined)[]

beforeAll(async () => {
  stage = await Stage.open()
  gateway = createServer(async (request, response) => {
    headers.push(request.headers.authorization)
    for await (const _ of request);
    if (request.url === '/graphql') {
      const edges = published === undefined ? [] : [{ node: { id: transaction } }]
      response.end(JSON.stringify({ data: { transactions: { edges } } }))
    } else if (request.url === `/tx/${transaction}/data`) {
      const text = published?.()
      response.end(
        text === undefined
          ? 'Pending'
          : Buffer.from(JSON.stringify({ root_hash: text })).toString('base64url'),
      )
    } else response.writeHead(404).end()
  })
  await new Promise<void>((resolve) => gateway.listen(0, '127.0.0.1', resolve))
})
afterAll(async () => {
  await stage?.close()
  gateway?.close()
})

beforeEach(async () => {
  headers = []
  published = undefined
  pangea = await startProject()
  fill(pangea, scenarioNow - 5 * hour, scenarioNow, 100)
  const address: string | AddressInfo | null = gateway.address()
  const port = typeof address === 'object' ? address?.port : 0
  input = stage.input(pangeaInput(pangea, { start_time: '-4h', arweave_url: `http://127.0.0.1:${port}` }))
  findings = sortEvents(input, pangea)
  return () => pangea.stop()
})

const kinds = (): string[] => findings.map(({ finding }) => finding)

it('confirms a root once the network has it, and gives the network no token', async () => {
  expect((await input.pass()).exitCode).toBe(0)
  expect(kinds()).toEqual(['root_published'])
  published = () => pangea.log.root()?.root_hash
  expect((await input.pass()).exitCode).toBe(0)
  expect(kinds()).toEqual(['root_published', 'root_confirmed'])
  await input.pass()
  expect(kinds(), 'once').toHaveLength(2)
  expect(headers.length).toBeGreaterThan(2)
  expect(headers.every((header) => header === undefined)).toBe(true)
})

it('tells of a root that is another there', async () => {
  published = () => 'ab'.repeat(32)
  expect((await input.pass()).exitCode).toBe(0)
  expect(alarms(findings)).toEqual({ root_differs: 1 })
  expect(findings.find(({ finding }) => finding === 'root_differs')).toMatchObject({
    expected: pangea.log.root()?.root_hash,
    found: 'ab'.repeat(32),
  })
})

it('collects on when the network cannot be reached', async () => {
  input = stage.input(pangeaInput(pangea, { start_time: '-4h', arweave_url: 'http://127.0.0.1:1' }))
  findings = sortEvents(input, pangea)
  const { exitCode, stderr } = await input.pass()
  expect(exitCode).toBe(0)
  expect(stderr.join('\n')).toContain('not held against Arweave')
  expect(input.received.length).toBeGreaterThan(50)
}, 90_000)
