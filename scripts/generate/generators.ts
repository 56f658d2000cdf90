import { appConf } from './app-conf.ts'
import { appManifest } from './app-manifest.ts'
import { cimTable } from './cim.ts'
import { dashboards, navigation } from './dashboards/navigation.ts'
import { forms } from './forms.ts'
import type { Generator } from './generator.ts'
import { inputsConf } from './inputs-conf.ts'
import { inputsConfSpec } from './inputs-conf-spec.ts'
import { parameterTables } from './parameter-tables.ts'
import { recordsCore } from './records-core.ts'

/** Every generated file of the project: one line each. */
export const generators: readonly Generator[] = [
  appConf,
  appManifest,
  cimTable,
  ...forms,
  ...dashboards,
  navigation,
  inputsConf,
  inputsConfSpec,
  ...parameterTables,
  recordsCore,
]
