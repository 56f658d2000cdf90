import type { Case } from '../case.ts'
import { clockCases } from './clocks.ts'
import { dayCases } from './days.ts'
import { endings } from './endings.ts'
import { httpFaults } from './http.ts'
import { namedKills, randomKills } from './kills.ts'
import { leaseCases } from './leases.ts'
import { storeCases } from './store.ts'
import { waitingCases } from './waits.ts'

/** Everything that the suite does, in the order of its table. */
export const cases: readonly Case[] = [
  ...namedKills,
  ...randomKills,
  ...endings,
  ...httpFaults,
  ...storeCases,
  ...leaseCases,
  ...clockCases,
  ...waitingCases,
  ...dayCases,
]
