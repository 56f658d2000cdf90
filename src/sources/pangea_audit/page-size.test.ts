import { expect, it } from 'vitest'
import { PageSize } from './page-size.ts'

it('asks for few records first, then for as many as make a page of some megabytes', () => {
  const size = new PageSize()
  const first = size.current
  expect(first * 600_000).toBeLessThan(32 * 1024 * 1024)
  size.observe(first, first * 1_000)
  expect(size.current).toBe(first * 4)
  for (let page = 0; page < 5; page++) size.observe(size.current, size.current * 1_000)
  expect(size.current).toBe(1_000)
  size.observe(1_000, 1_000 * 200_000)
  expect(size.current * 200_000).toBeLessThan(8 * 1024 * 1024)
  size.observe(0, 500)
  expect(size.current).toBeGreaterThan(0)
})

it('becomes smaller after an answer that was too large, down to one record', () => {
  const size = new PageSize()
  while (size.shrink());
  expect(size.current).toBe(1)
  expect(size.shrink()).toBe(false)
})
