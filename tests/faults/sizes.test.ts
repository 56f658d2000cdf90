import { expect, it } from 'vitest'
import { points } from './points.ts'
import { sizes } from './sizes.ts'
import { vendorKinds } from './vendors/index.ts'

it('the long form of the fault suite has the figures that are to be reached', () => {
  const { long } = sizes
  const vendors = vendorKinds.length
  expect(vendors).toBe(3)
  expect((points.length / long.pointsEvery) * long.killsAtPoint * vendors).toBeGreaterThanOrEqual(600)
  expect(long.randomKills).toBeGreaterThanOrEqual(1_000)
  expect(long.httpFaults).toBeGreaterThanOrEqual(10_000)
  expect(long.storeFaults * vendors).toBeGreaterThanOrEqual(500)
  expect(long.contests * vendors).toBeGreaterThanOrEqual(200)
  expect(long.simulatedRecords).toBeGreaterThanOrEqual(10_000_000)
})
