import type { InputDefinition } from '../input/definition.ts'
import { definition as ciscoEtd } from '../sources/cisco_etd/definition.ts'
import { definition as pangeaAudit } from '../sources/pangea_audit/definition.ts'
import { definition as trendMicroEmail } from '../sources/trendmicro_email/definition.ts'

/**
 * Every input type, as in the registry of `src/sources/`. Not taken from there: the registry also names the programs
 * that collect, which are not for a browser.
 */
export const definitions: readonly InputDefinition[] = [ciscoEtd, pangeaAudit, trendMicroEmail]
