import { readdirSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { type Conf, parseConf } from './conf.ts'
import { type LookupTable, parseCsv } from './fields/lookup.ts'
import {
  eventtypesSpecification,
  macrosSpecification,
  savedsearchesSpecification,
  tagsSpecification,
} from './spec/knowledge.ts'
import { propsSpecification } from './spec/props.ts'
import { problemsOf, type Specification } from './spec/setting.ts'
import { transformsSpecification } from './spec/transforms.ts'

export const specifications = {
  props: propsSpecification,
  transforms: transformsSpecification,
  eventtypes: eventtypesSpecification,
  tags: tagsSpecification,
  macros: macrosSpecification,
  savedsearches: savedsearchesSpecification,
} as const satisfies Record<string, Specification>

export type ConfName = keyof typeof specifications

/** The add-on's search-time knowledge: the text of each .conf file and lookup. Tests change it in memory. */
export interface AppText {
  readonly confs: Readonly<Record<ConfName, string>>
  readonly lookups: Readonly<Record<string, string>>
}

/** The same, read. */
export interface App {
  readonly confs: Readonly<Record<ConfName, Conf>>
  readonly lookups: ReadonlyMap<string, LookupTable>
}

const root = join(import.meta.dirname, '..', '..')
const names = Object.keys(specifications) as ConfName[]

export function readAppText(): AppText {
  const text = (...path: string[]): string => readFileSync(join(root, ...path), 'utf8')
  return {
    confs: Object.fromEntries(
      names.map((name) => [name, text('default', `${name}.conf`)]),
    ) as AppText['confs'],
    lookups: Object.fromEntries(
      readdirSync(join(root, 'lookups')).map((file) => [file, text('lookups', file)]),
    ),
  }
}

/** @throws ConfError for what cannot be read; settings are checked by `problemsIn`. */
export function parseApp({ confs, lookups }: AppText): App {
  return {
    confs: Object.fromEntries(
      names.map((name) => [name, parseConf(confs[name], `${name}.conf`)]),
    ) as App['confs'],
    lookups: new Map(Object.entries(lookups).map(([file, text]) => [file, parseCsv(text, file)])),
  }
}

/** Every setting that Splunk's specification of its file does not have, or not with such a value. */
export function problemsIn({ confs }: App): string[] {
  return names.flatMap((name) =>
    [...confs[name]].flatMap(([stanza, settings]) =>
      [...settings].flatMap(([setting, value]) => problemsOf(specifications[name], stanza, setting, value)),
    ),
  )
}
