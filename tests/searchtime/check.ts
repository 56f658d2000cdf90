import { isDeepStrictEqual } from 'node:util'
import { type App, problemsIn } from './app.ts'
import { type Applied, coverage, wrongValues } from './cim/coverage.ts'
import { gaps } from './cim/gaps.ts'
import { datasetsOf } from './cim/models.ts'
import { mappedFields, type Sample } from './samples.ts'
import { documentedReading, searchTime } from './search-time.ts'

/** What differs between the expected file of a sample and what the .conf files give. */
export function differences(app: App, sample: Sample, reading = documentedReading): string[] {
  const found = searchTime(app, sample.event, reading)
  const { fields, eventtypes, tags } = sample.expected
  const mapped = mappedFields(found)
  const names = new Set([...Object.keys(fields), ...Object.keys(mapped)])
  const wrong = [...names].filter((name) => !isDeepStrictEqual(fields[name], mapped[name]))
  return [
    ...wrong.map(
      (name) =>
        `${sample.name}: ${name} is ${JSON.stringify(mapped[name])}, not ${JSON.stringify(fields[name])}`,
    ),
    ...(isDeepStrictEqual(eventtypes, found.eventtypes)
      ? []
      : [`${sample.name}: event types ${found.eventtypes}`]),
    ...(isDeepStrictEqual(tags, found.tags) ? [] : [`${sample.name}: tags ${found.tags}`]),
  ]
}

/** What the data models do not allow of these events, or miss in them. */
export function modelProblems(applied: readonly Applied[]): string[] {
  const missing = coverage(applied).flatMap(({ sourcetype, dataset, field, needed, of, filled }) => {
    if (!needed) return []
    const at = `${sourcetype} in ${dataset.model}.${dataset.name}: ${field.name}`
    const reason = gaps[sourcetype]?.[`${dataset.model}.${dataset.name}`]?.[field.name]
    const empty = of.filter((event) => !filled.includes(event)).map(({ sample }) => sample.name)
    if (empty.length > 0 && !reason) return [`${at} is empty in ${empty.join(', ')}`]
    return empty.length === 0 && reason ? [`${at} is always filled, yet a reason says why not`] : []
  })
  const crossing = applied.flatMap(({ sample, found }) => {
    const models = [...new Set(datasetsOf(found.tags).map(({ model }) => model))]
    const convicted = found.fields.get('conviction') === 'malware' && models.join() === 'Email,Malware'
    return models.length > 1 && !convicted
      ? [`${sample.name} is in the data models ${models.join(' and ')}`]
      : []
  })
  return [...missing, ...crossing, ...applied.flatMap(wrongValues)]
}

/** Everything that is wrong with the add-on's search-time knowledge, as far as samples and specifications tell. */
export function problemsOfApp(app: App, samples: readonly Sample[]): string[] {
  const applied = samples.map((sample) => ({ sample, found: searchTime(app, sample.event) }))
  return [
    ...problemsIn(app),
    ...samples.flatMap((sample) => differences(app, sample)),
    ...modelProblems(applied),
  ]
}
