import { renderCimTable } from '../../tests/searchtime/cim/table.ts'
import type { Generator } from './generator.ts'

/** What the sourcetypes fill of Splunk's data models, as the sample records show it. */
export const cimTable: Generator = { path: 'docs/cim.md', render: renderCimTable }
