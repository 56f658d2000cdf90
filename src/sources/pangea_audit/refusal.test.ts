import { describe, expect, it } from 'vitest'
import { Misconfigured, TryLater } from '../../errors.ts'
import { NotThere, refusal } from './refusal.ts'

const tryLater = (message: string): TryLater => new TryLater(message)

function refused(http: number, status: string | undefined, result: unknown = null): Error {
  const reply = { status: http, header: () => undefined, body: Buffer.alloc(0) }
  return refusal('searching', reply, status === undefined ? undefined : { status, result }, { tryLater })
}

describe('A refusal', () => {
  it.each([
    [429, 'TooManyRequests'],
    [200, 'ProviderError'],
    [500, 'INTERNALERROR'],
    [503, 'ServiceNotAvailable'],
    [502, undefined],
    [429, undefined],
    [500, 'SomethingNew'],
    [200, 'SomethingNew'],
  ])('passes: %s %s', (http, status) => {
    expect(refused(http, status)).toBeInstanceOf(TryLater)
  })

  it.each([
    [401, 'Unauthorized', 'Check token'],
    [200, 'unauthorized', 'Check token'],
    [403, undefined, 'Check token'],
    [400, 'NoCredit', 'credit'],
    [403, 'ServiceNotEnabled', 'Enable Secure Audit Log'],
    [400, 'MissingConfigID', 'set config_id'],
    [403, 'MissingConfigIDScope', 'scope'],
    [400, 'ConfigNotExist', 'copy config_id'],
    [404, undefined, 'Check domain'],
    [418, 'Teapot', 'Check domain'],
  ])('is final: %s %s', (http, status, fix) => {
    const error = refused(http, status)
    expect(error).toBeInstanceOf(Misconfigured)
    expect(error.message).toContain(fix)
    expect(error.message).toContain('While searching')
  })

  it.each(['NotFound', 'BadOffset', 'TreeNotFound'])('is about what is not there: %s', (status) => {
    expect(refused(400, status)).toBeInstanceOf(NotThere)
  })

  it('of a parameter names it, with what the vendor says of it', () => {
    const errors = [{ code: 'BadFormat', detail: "unbalanced '\"'", source: '/query' }]
    const error = refused(400, 'ValidationError', { errors })
    expect(error.message).toContain('Check query')
    expect(error.message).toContain('unbalanced')
    expect(refused(400, 'ValidationError', { errors: [{ source: '/config_id' }] }).message).toContain(
      'copy it',
    )
  })
})
