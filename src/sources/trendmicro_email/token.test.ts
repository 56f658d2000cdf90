import { expect, it } from 'vitest'
import { tokenParameter } from './token.ts'

const raw = 'Lu2XNNHim8CZ+KoJ/EJKREJj6=='

it.each([
  ['raw', raw],
  ['percent-encoded', encodeURIComponent(raw)],
  ['percent-encoded in lower case', 'Lu2XNNHim8CZ%2bKoJ%2fEJKREJj6%3d%3d'],
])('goes back once encoded when it came %s', (_, came) => {
  expect(tokenParameter(came)).toBe('Lu2XNNHim8CZ%2BKoJ%2FEJKREJj6%3D%3D')
})

it('keeps a plus sign beside an escape a plus sign', () => {
  expect(decodeURIComponent(tokenParameter('a+b%3D'))).toBe('a+b=')
})

it('takes a percent sign that begins no escape as it is', () => {
  expect(decodeURIComponent(tokenParameter('100%'))).toBe('100%')
  expect(decodeURIComponent(tokenParameter('%FF%'))).toBe('%FF%')
})
