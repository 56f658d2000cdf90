import { readSamples, type Sample } from '../../searchtime/samples.ts'
import type { IndexedEvent } from '../../searchtime/search-time.ts'
import { inputs, sampleTenant } from './inputs.ts'

const samples = new Map(readSamples().map((sample) => [sample.name, sample]))

/** A sample record as it would be at another time, of another message, of another recipient. */
export interface Move {
  /** Epoch seconds. */
  readonly time: number
  /** Stands in the ids of the record and of the message: events with the same number are of the same message. */
  readonly message: number
  readonly recipient?: string
  readonly sender?: string
  readonly input?: string
}

let records = 0

/** The record of a sample, with its times, ids and addresses replaced in the text; everything else stays as it is. */
export function moved(name: string, move: Move): IndexedEvent {
  const { event } = sampleOf(name)
  const shift = (move.time - event.time) * 1000
  const { message, recipient, sender, input = 'prod' } = move
  const id = (records++).toString(16).padStart(64, '0')
  const raw = event.raw
    .replace(/\d{4}-\d\d-\d\d[T ]\d\d:\d\d:\d\d/g, (text) => shifted(text, shift))
    .replace(/("mailtrail":\{"id":")[^"]+/, `$1${id}`)
    .replace(/<M\d+@/g, `<M${message}@`)
    .replace(/"Message \d+"/g, `"Message ${message}"`)
    .replace(/(-0000-4000-8000-)0{6}\d{6}/g, `$1${String(message).padStart(12, '0')}`)
    .replaceAll('alex@example.com', recipient ?? 'alex@example.com')
    .replaceAll('news@sender.example', sender ?? 'news@sender.example')
    .replaceAll(sampleTenant, inputs[input]?.tenant ?? sampleTenant)
    .replace(/("input":")[^"]+/, `$1${input}`)
  return { ...event, raw, time: event.time + shift / 1000 }
}

function sampleOf(name: string): Sample {
  const sample = samples.get(name)
  if (!sample) throw new Error(`there is no sample ${name}`)
  return sample
}

function shifted(text: string, milliseconds: number): string {
  const time = Date.parse(`${text.replace(' ', 'T')}Z`) + milliseconds
  return new Date(time)
    .toISOString()
    .slice(0, 19)
    .replace('T', text.includes('T') ? 'T' : ' ')
}
