import type { Source } from '../delivery/source.ts'
import type { InputDefinition } from '../input/definition.ts'
import { definition as ciscoEtd } from './cisco_etd/definition.ts'
import { definition as pangeaAudit } from './pangea_audit/definition.ts'
import { definition as trendMicroEmail } from './trendmicro_email/definition.ts'

/** An input type: what it is, and how to load the code that collects. */
export interface Registered {
  readonly definition: InputDefinition
  /** Loaded only for a run or a validation: `--scheme` needs the definition alone. */
  load(): Promise<Source>
  /** For records that carry evidence: checks a file of them, for the operator's command line. */
  loadFileVerifier?(): Promise<FileVerifier>
}

/** Checks the records of a file. */
export type FileVerifier = (
  path: string,
  options: { readonly signingKeys: readonly string[] },
) => Promise<{
  /** One line for each finding, and a summary. */
  readonly report: readonly string[]
  /** Whether every record holds. */
  readonly sound: boolean
}>

/** Every input type of the add-on: one line each. */
export const registry: readonly Registered[] = [
  { definition: ciscoEtd, load: async () => (await import('./cisco_etd/source.ts')).source },
  {
    definition: pangeaAudit,
    load: async () => (await import('./pangea_audit/source.ts')).source,
    loadFileVerifier: async () => (await import('./pangea_audit/verify-file.ts')).verifyFile,
  },
  { definition: trendMicroEmail, load: async () => (await import('./trendmicro_email/source.ts')).source },
]

export const definitions: readonly InputDefinition[] = registry.map((entry) => entry.definition)
