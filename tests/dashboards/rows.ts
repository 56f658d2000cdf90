import type { Value } from '../searchtime/eval/value.ts'
import type { World } from '../searchtime/search/pipeline.ts'
import { answer, opened } from './answer.ts'
import { readDashboards } from './definition.ts'
import { app } from './world/world.ts'

const dashboards = readDashboards()

/** The rows that a search of a dashboard gives in a world, with other values of its inputs than when it is opened. */
export const rowsIn =
  (world: World) =>
  (view: string, search: string, tokens: Record<string, string> = {}): Record<string, Value>[] => {
    const dashboard = dashboards.find(({ name }) => name === `mailtrail_${view}`)
    if (!dashboard) throw new Error(`no dashboard ${view}`)
    return answer(dashboard.definition, search, world, app.confs.macros, { ...opened, ...tokens }).map(
      (row) => Object.fromEntries(row),
    )
  }
