import { expect, test } from 'vitest'
import { stepsIn, withSteps } from './checked-steps.ts'

const steps = [
  { step: 'name resolution', detail: 'api.example.com is 192.0.2.1' },
  { step: 'TLS', detail: 'TLSv1.3, issued by "R3 - Example: Trust; Services"' },
  { step: 'export of blocked_connections', detail: 'it is on; no files in the last hours' },
]

test('steps come out of a message as they went in, and the message is as it was', () => {
  const text = withSteps('The key is refused (401). Check api_key.', steps)
  expect(stepsIn(text)).toEqual({ message: 'The key is refused (401). Check api_key.', steps })
})

test('they are found when the line breaks became blanks on the way', () => {
  const text = withSteps('Check proxy_url.', steps.slice(0, 1)).replaceAll('\n', ' ')
  expect(stepsIn(text)).toEqual({ message: 'Check proxy_url.', steps: steps.slice(0, 1) })
})

test('a message of which nothing went well before is left alone', () => {
  expect(withSteps('Check region.', [])).toBe('Check region.')
  expect(stepsIn('Check region.')).toEqual({ message: 'Check region.', steps: [] })
})
