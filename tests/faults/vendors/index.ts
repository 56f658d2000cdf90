import { registry } from '../../../src/sources/index.ts'
import { etd } from './etd.ts'
import { pangea } from './pangea.ts'
import { tmes } from './tmes.ts'
import type { VendorKind } from './vendor.ts'

/** Every vendor that the add-on collects from. */
export const vendorKinds: readonly VendorKind[] = [etd, tmes, pangea].filter(({ scheme }) =>
  registry.some(({ definition }) => definition.scheme === scheme),
)
