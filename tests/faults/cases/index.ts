import type { Case } from '../case.ts'
import { namedKills, randomKills } from './kills.ts'

/** Everything that the suite does, in the order of its table. */
export const cases: readonly Case[] = [...namedKills, ...randomKills]
