import { type Fields, texts } from '../eval/value.ts'
import type { Sample } from '../samples.ts'
import type { FoundEvent } from '../search-time.ts'
import { type Dataset, datasets, datasetsOf, type ModelField } from './models.ts'

export interface Applied {
  readonly sample: Sample
  readonly found: FoundEvent
}

/** How far the samples of one sourcetype fill one field of one dataset. */
export interface FieldCoverage {
  readonly sourcetype: string
  readonly dataset: Dataset
  readonly field: ModelField
  readonly needed: boolean
  /** Samples in the dataset, and those of them that have the field. */
  readonly of: readonly Applied[]
  readonly filled: readonly Applied[]
}

const has = (fields: Fields, name: string): boolean => texts(fields.get(name) ?? null).length > 0

export function coverage(applied: readonly Applied[]): FieldCoverage[] {
  const sourcetypes = [...new Set(applied.map(({ sample }) => sample.sourcetype))]
  return sourcetypes.flatMap((sourcetype) =>
    datasets.flatMap((dataset) => {
      const of = applied.filter(
        ({ sample, found }) => sample.sourcetype === sourcetype && datasetsOf(found.tags).includes(dataset),
      )
      if (of.length === 0) return []
      const one = (needed: boolean) => (field: ModelField) => {
        const filled = of.filter(({ found }) => has(found.fields, field.name))
        return { sourcetype, dataset, field, needed, of, filled }
      }
      return [...dataset.needed.map(one(true)), ...dataset.optional.map(one(false))]
    }),
  )
}

/**
 * Values of an event that the data models it is in do not prescribe. An event of two models needs a word of each
 * model's own list in a field that both prescribe, and none that is in neither.
 */
export function wrongValues({ sample, found }: Applied): string[] {
  const lists = new Map<string, (readonly string[])[]>()
  for (const dataset of datasetsOf(found.tags)) {
    for (const { name, prescribed } of [...dataset.needed, ...dataset.optional]) {
      if (prescribed) lists.set(name, [...(lists.get(name) ?? []), prescribed])
    }
  }
  return [...lists].flatMap(([name, prescribed]) => {
    const values = texts(found.fields.get(name) ?? null)
    if (values.length === 0) return []
    const foreign = values.filter((value) => !prescribed.some((list) => list.includes(value)))
    const unserved = prescribed.filter((list) => !values.some((value) => list.includes(value)))
    return foreign.length + unserved.length === 0
      ? []
      : [
          `${sample.name}: ${name} is "${values.join('", "')}", prescribed is ${prescribed.map((list) => list.join(' ')).join(' and ')}`,
        ]
  })
}
