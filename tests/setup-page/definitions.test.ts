import { expect, test } from 'vitest'
import { definitions } from '../../src/setup-page/definitions.ts'
import { definitions as registered } from '../../src/sources/index.ts'

test('the setup page knows every input type of the registry, and no other', () => {
  expect(new Set(definitions)).toEqual(new Set(registered))
})
