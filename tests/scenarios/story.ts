import { readdirSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { z } from 'zod'
import type { Oracle, Received } from '../standins/vendor/oracle.ts'
import { flawless, Stage, type StagedInput, type StagedSettings } from './harness.ts'

const pass = z.strictObject({
  /** What happens at the vendor before the pass, in the words of that vendor's stage. */
  before: z.unknown().optional(),
  /** Rows of the ledger whose unit holds this text are set to `replay` by the administrator before the pass. */
  replay: z.string().optional(),
  /** The same, by a search that ends in `outputlookup mailtrail_ledger append=true key_field=_key`. */
  replayBySearch: z.string().optional(),
  exit: z.literal([0, 1, 2]).default(0),
  /** Events that the pass writes. */
  delivers: z.number().int().optional(),
  /** Each of these is in some line of stderr. */
  says: z.array(z.string()).default([]),
  /** None of these is in any line of stderr. */
  neverSays: z.array(z.string()).default([]),
  /** How many requests the vendor gets, by operation; with a number of two, from and to. */
  asks: z.record(z.string(), z.union([z.number(), z.tuple([z.number(), z.number()])])).default({}),
})

const story = z.strictObject({
  /** What goes wrong for a careless collector. */
  trap: z.string(),
  /** What the vendor holds and does, in the words of that vendor's stage. */
  vendor: z.unknown(),
  /** Parameters of the stanza besides address and credentials. */
  input: z.record(z.string(), z.string()).default({}),
  passes: z.array(pass).min(1),
  /** Every row of the ledger that is not `complete` in the end; a unit is named by a part of its name. */
  incomplete: z
    .array(z.strictObject({ stream: z.string(), unit: z.string(), state: z.string() }))
    .default([]),
  /** What differs from a flawless delivery in the end. */
  differs: z.record(z.string(), z.number()).default({}),
})
export type Story = z.infer<typeof story>

/** A vendor's stand-in as stories use it. */
export interface StoryVendor {
  readonly oracle: Oracle
  /** The stanza that collects from it. */
  staged(settings: Readonly<Record<string, string>>): StagedSettings
  /** Does what a story says; throws for what it does not understand. */
  change(what: unknown): void
  /** Requests so far, by operation. */
  requests(): Readonly<Record<string, number>>
  /** What the oracle knows of an event; undefined for one that is no record. The event itself when left out. */
  asRecord?(received: Received): Received | undefined
  /** What the collector did to the vendor that it must never do. */
  offences(): readonly string[]
  stop(): Promise<void>
}

/**
 * Tells every story of a folder: one file for each trap, with what the vendor does, what is configured, what must
 * come out. All of them share a stage; each has a vendor and an input of its own.
 */
export function tellStories(folder: string, open: () => Promise<StoryVendor>): void {
  describe.each(readdirSync(folder).filter((file) => file.endsWith('.json')))('%s', (file) => {
    const told = story.parse(JSON.parse(readFileSync(join(folder, file), 'utf8')))
    let stage: Stage
    let vendor: StoryVendor
    beforeAll(async () => {
      ;[stage, vendor] = await Promise.all([sharedStage(), open()])
    })
    afterAll(() => vendor?.stop())

    it(told.trap, async () => {
      vendor.change(told.vendor)
      const input = stage.input(vendor.staged(told.input))
      input.onReceived = (received) => {
        const record = vendor.asRecord ? vendor.asRecord(received) : received
        if (record) input.received.push(record)
      }
      for (const [number, one] of told.passes.entries()) {
        const { found, wanted, stderr } = await runPass(input, vendor, one)
        expect(found, `pass ${number + 1}:\n${stderr.join('\n')}\n`).toEqual(wanted)
      }
      const { findings, ...counts } = await input.compare(vendor.oracle)
      const { findings: none, ...faultless } = { ...flawless, ...told.differs }
      expect(counts, JSON.stringify(findings)).toMatchObject(faultless)
      const incomplete = input.ledger().filter(({ state }) => state !== 'complete')
      expect(incomplete.map(({ stream, unit, state }) => ({ stream, unit, state }))).toEqual(
        told.incomplete.map((row) => ({ ...row, unit: expect.stringContaining(row.unit) })),
      )
      expect(vendor.offences()).toEqual([])
      expect(stage.splunkd.events.violations).toEqual([])
    })
  })
  afterAll(async () => {
    await (await shared)?.close()
    shared = undefined
  })
}

let shared: Promise<Stage> | undefined
const sharedStage = (): Promise<Stage> => {
  shared ??= Stage.open()
  return shared
}

/** Runs a pass, and gives what the story tells of it beside what came out. */
async function runPass(input: StagedInput, vendor: StoryVendor, told: z.infer<typeof pass>) {
  if (told.before !== undefined) vendor.change(told.before)
  if (told.replay !== undefined) askForReplay(input, told.replay)
  if (told.replayBySearch !== undefined) askForReplayBySearch(input, told.replayBySearch)
  const askedBefore = vendor.requests()
  const receivedBefore = input.received.length
  const { exitCode, stderr } = await input.pass()
  const asked = Object.entries(vendor.requests()).map(([operation, count]) => {
    return [operation, count - (askedBefore[operation] ?? 0)] as const
  })
  const delivers = input.received.length - receivedBefore
  const has = (text: string) => stderr.some((line) => line.includes(text))
  return {
    found: {
      exit: exitCode,
      delivers,
      missing: told.says.filter((text) => !has(text)),
      said: told.neverSays.filter(has),
      asks: Object.fromEntries(asked),
    },
    wanted: {
      exit: told.exit,
      delivers: told.delivers ?? delivers,
      missing: [],
      said: [],
      asks: Object.fromEntries(
        asked.map(([operation, count]) => [operation, within(told.asks[operation], count)]),
      ),
    },
    stderr,
  }
}

/** What was counted where that is as told, what was told otherwise. */
function within(told: number | [number, number] | undefined, counted: number): unknown {
  const [least, most] = typeof told === 'object' ? told : [told ?? counted, told ?? counted]
  return counted >= least && counted <= most ? counted : told
}

/** An administrator sets the state of rows to `replay`. */
function askForReplay(input: StagedInput, unit: string): void {
  for (const row of input.ledger().filter((each) => each.unit.includes(unit)))
    input.editLedger(row, { state: 'replay' })
}

/** What comes back of rows that went through a search: what it shows, as text, and nothing that is empty. */
function askForReplayBySearch(input: StagedInput, unit: string): void {
  const shown = [
    'input',
    'stream',
    'unit',
    'from',
    'to',
    'events',
    'bytes',
    'first_fetch',
    'expires',
    'reason',
  ]
  for (const row of input.ledger().filter((each) => each.unit.includes(unit))) {
    const fields = shown.map((name) => [name, row[name]] as const)
    const filled = fields.filter(([, value]) => value !== undefined && value !== '')
    const texts = filled.map(([name, value]) => [name, String(value)])
    input.replaceLedger(row._key, { ...Object.fromEntries(texts), state: 'replay' })
  }
}
