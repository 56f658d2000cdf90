import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { z } from 'zod'
import { verifyFile } from './verify-file.ts'

const sample = readFileSync(join(import.meta.dirname, 'samples/search-response.json'), 'utf8')
const answer = z
  .looseObject({
    result: z.looseObject({
      events: z.array(z.looseObject({ hash: z.string(), membership_proof: z.string() })),
      root: z.looseObject({
        root_hash: z.string(),
        size: z.number(),
        tree_name: z.string(),
        consistency_proof: z.array(z.string()),
      }),
    }),
  })
  .parse(JSON.parse(sample))
const { events, root } = answer.result

/** Records as they are indexed. */
const indexed = events.map((event) => ({
  mailtrail: { id: event.hash, input: 'app', stream: 'audit', integrity: { hash: 'pass' } },
  ...event,
}))
const published = {
  mailtrail: { id: '0', input: 'app', stream: 'audit' },
  finding: 'root_published',
  tree_name: root.tree_name,
  tree_size: root.size,
  root_hash: root.root_hash,
  proof: root.consistency_proof,
}

let folder: string
beforeAll(() => {
  folder = mkdtempSync(join(tmpdir(), 'verify-'))
})
afterAll(() => rmSync(folder, { recursive: true }))

async function verify(text: string, signingKeys: readonly string[] = []) {
  const path = join(folder, 'file')
  writeFileSync(path, text)
  const { sound, report } = await verifyFile(path, { signingKeys })
  return { sound, report: report.join('\n') }
}
const lines = (values: readonly unknown[]): string => values.map((value) => JSON.stringify(value)).join('\n')

describe('A file of records', () => {
  it('as the vendor served them: every check', async () => {
    const { sound, report } = await verify(sample)
    expect(sound).toBe(true)
    expect(report).toContain('5 records, 0 of them do not hold')
    expect(report).toContain('membership pass 5')
  })

  it('as they were indexed, with the roots among them in any order', async () => {
    const { sound, report } = await verify(lines([...indexed, published]))
    expect(sound).toBe(true)
    expect(report).toContain('hash pass 5')
    expect(report).toContain('membership pass 5')
  })

  it('as Splunk exports them', async () => {
    const exported = [...indexed, published].map((event) => ({
      preview: false,
      result: { _raw: JSON.stringify(event), sourcetype: 'pangea:audit' },
    }))
    const { sound, report } = await verify(lines(exported))
    expect(sound).toBe(true)
    expect(report).toContain('membership pass 5')
  })

  it('without their root: nothing to hold the proofs against', async () => {
    const { sound, report } = await verify(lines(indexed))
    expect(sound).toBe(true)
    expect(report).toContain('membership pass 0, fail 0, none 5')
  })

  it('with a root from an answer of /v1/root, in either form', async () => {
    for (const result of [root, { data: root }])
      expect((await verify(lines([...indexed, { status: 'Success', result }]))).report).toContain(
        'membership pass 5',
      )
  })
})

describe('What does not hold is told', () => {
  it('a changed envelope', async () => {
    const { sound, report } = await verify(lines(indexed).replace('user2@', 'user9@'))
    expect(sound).toBe(false)
    expect(report).toMatch(/^Record 3 \(item 3 of the file.*hash: .*mailtrail\.id: /m)
  })

  it('a changed id', async () => {
    const [first, ...rest] = indexed
    const forged = { ...first, mailtrail: { ...first?.mailtrail, id: 'ab'.repeat(32) } }
    expect((await verify(lines([forged, ...rest]))).report).toContain('mailtrail.id')
  })

  it('a malformed proof', async () => {
    const { sound } = await verify(lines(indexed).replace('"l:', '"x:'))
    expect(sound).toBe(false)
  })

  it('two roots over as many leaves', async () => {
    const other = { ...published, root_hash: 'ab'.repeat(32) }
    expect((await verify(lines([...indexed, published, other]))).report).toContain('Two roots over 4 leaves')
  })

  it('a signer that is not listed', async () => {
    const { sound, report } = await verify(sample, [Buffer.alloc(32, 1).toString('base64')])
    expect(sound).toBe(false)
    expect(report).toContain('signature')
  })

  it('a line that is no JSON', async () => {
    const { sound, report } = await verify(`${lines(indexed)}\n{"envelope":`)
    expect(sound).toBe(false)
    expect(report).toContain('not valid JSON')
  })

  it('a file that cannot be read', async () => {
    await expect(verifyFile(join(folder, 'none'), { signingKeys: [] })).rejects.toThrow(/cannot be read/)
    await expect(verifyFile(folder, { signingKeys: ['no key'] })).rejects.toThrow(/signing_keys/)
  })
})
