import { statSync } from 'node:fs'
import { beforeAll, describe, expect, it } from 'vitest'
import { builtPackage } from '../built-package.ts'
import { type AppPackage, readPackage } from './app-package.ts'
import { identityRules } from './rules/identity.ts'
import { inputRules } from './rules/inputs.ts'
import { packagingRules } from './rules/packaging.ts'
import { pageRules } from './rules/pages.ts'
import { securityRules } from './rules/security.ts'
import { structureRules } from './rules/structure.ts'

const groups = {
  packaging: packagingRules,
  identity: identityRules,
  structure: structureRules,
  inputs: inputRules,
  pages: pageRules,
  security: securityRules,
}

describe('The built package, held against the rules of app review', () => {
  let app: AppPackage
  beforeAll(async () => {
    app = await readPackage(builtPackage)
  })

  for (const [group, rules] of Object.entries(groups)) {
    describe(group, () => {
      it.each(rules)('$says ($check)', ({ problems }) => {
        expect(problems(app)).toEqual([])
      })
    })
  }

  it('is under 60 MB', () => {
    expect(statSync(builtPackage).size).toBeLessThan(60_000_000)
  })
})
