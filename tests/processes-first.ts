import { BaseSequencer, type TestSpecification } from 'vitest/node'

/** Folders whose tests run the built package, which takes minutes; the rest takes seconds. */
const first = ['/tests/faults/', '/tests/scenarios/', '/tests/administrator/', '/tests/package/']

/** Begins with the files that take longest, so that none of them is left to run alone in the end. */
export class ProcessesFirst extends BaseSequencer {
  override async sort(files: TestSpecification[]): Promise<TestSpecification[]> {
    const rank = ({ moduleId }: TestSpecification) => {
      const found = first.findIndex((folder) => moduleId.includes(folder))
      return found < 0 ? first.length : found
    }
    return (await super.sort(files)).sort((a, b) => rank(a) - rank(b))
  }
}
