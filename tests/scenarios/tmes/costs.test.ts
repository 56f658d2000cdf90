import { expect, it } from 'vitest'
import { TmesStandin } from '../../standins/tmes/tmes.ts'
import { Stage } from '../harness.ts'
import { tmesInput } from './account.ts'

it('asks the vendor once a type, and the KV store some twenty times, when a run has nothing to do', async () => {
  const [stage, tmes] = [await Stage.open(), new TmesStandin()]
  try {
    await tmes.start()
    const input = stage.input(tmesInput(tmes, { lag_seconds: '0' }))
    await input.pass()
    await input.pass()
    const [vendorBefore, splunkdBefore] = [tmes.api.requests.entries.length, stage.splunkd.requests.length]
    expect((await input.pass()).exitCode).toBe(0)
    expect(tmes.api.requests.entries.length - vendorBefore).toBe(2)
    const asked = stage.splunkd.requests.slice(splunkdBefore).map(({ method, path }) => `${method} ${path}`)
    const collections = asked.filter((request) => request.includes('/storage/collections/'))
    expect(collections.length).toBeLessThanOrEqual(20)
  } finally {
    await stage.close()
    await tmes.stop()
  }
})
