import { milliseconds, parseISO } from 'date-fns'
import * as z from 'zod'
import { Misconfigured } from '../errors.ts'
import { mask, Secret } from '../secret.ts'
import type { InputDefinition, Parameter } from './definition.ts'

/** The checked parameters of one stanza. Asking for one that the definition does not have is a programming error. */
export class ParameterValues {
  readonly #values: ReadonlyMap<string, string>

  constructor(values: ReadonlyMap<string, string>) {
    this.#values = values
  }

  /** Undefined where it is not set and has no default. */
  text(name: string): string | undefined {
    return this.#values.get(name)
  }

  number(name: string): number {
    return Number(this.#values.get(name))
  }

  flag(name: string): boolean {
    return isTrue(this.#values.get(name) ?? '')
  }

  list(name: string): readonly string[] {
    return splitList(this.#values.get(name) ?? '')
  }

  secret(name: string): Secret | undefined {
    const value = this.#values.get(name)
    return value === undefined ? undefined : new Secret(value)
  }

  /** Epoch milliseconds of an `instant` parameter. @param now what relative times count from. */
  instant(name: string, now: number): number {
    return resolveInstant(this.#values.get(name) ?? '', now) ?? Number.NaN
  }
}

/** Splits a comma-separated list; white space around an item does not count, empty items go away. */
export const splitList = (value: string): string[] =>
  value
    .split(',')
    .map((item) => item.trim())
    .filter((item) => item !== '')

const booleans = { true: true, '1': true, yes: true, on: true, t: true, y: true, enabled: true }
const falsehoods = new Set(['false', '0', 'no', 'off', 'f', 'n', 'disabled'])
const isTrue = (value: string): boolean => Object.hasOwn(booleans, value.trim().toLowerCase())

const units = { s: 'seconds', m: 'minutes', h: 'hours', d: 'days', w: 'weeks' } as const
const isUnit = (letter: string): letter is keyof typeof units => Object.hasOwn(units, letter)

/** Epoch milliseconds of an ISO 8601 instant (UTC where it has no zone) or of a time such as `-24h`; undefined if it is neither. */
export function resolveInstant(value: string, now: number): number | undefined {
  const relative = /^-(\d{1,9})([smhdw])$/.exec(value.trim())
  const unit = relative?.[2]
  if (relative && unit !== undefined && isUnit(unit))
    return now - milliseconds({ [units[unit]]: Number(relative[1]) })
  if (!/^\d{4}-\d{2}-\d{2}/.test(value.trim())) return undefined
  const zoned = /(?:[zZ]|[+-]\d{2}:?\d{2})$/.test(value.trim())
  const instant = parseISO(
    zoned ? value.trim() : `${value.trim()}${value.includes(':') ? 'Z' : 'T00:00:00Z'}`,
  ).getTime()
  return Number.isNaN(instant) ? undefined : instant
}

const loopback = /^(?:localhost|127(?:\.\d{1,3}){3}|\[::1\])$/i

/** Whether a URL's host is this machine itself. */
export const isLoopback = (hostname: string): boolean => loopback.test(hostname)

function url(parameter: Parameter): z.ZodType<unknown, string> {
  const proxy = parameter.name === 'proxy_url'
  return z.string().superRefine((value, context) => {
    const wrong = (message: string) => context.addIssue({ code: 'custom', message })
    const parsed = URL.canParse(value) ? new URL(value) : undefined
    if (!parsed || !['http:', 'https:'].includes(parsed.protocol))
      return wrong(`is not a URL such as ${parameter.example ?? 'https://host'}`)
    if (parsed.username || parsed.password) {
      return wrong(
        proxy
          ? 'must not hold a user name or password; use proxy_username and proxy_password'
          : 'must not hold a user name or password',
      )
    }
    if (parsed.hostname === '' || /[\s\\]/.test(value)) return wrong('is not a URL: it names no host')
    if (parsed.search || parsed.hash) return wrong('must not hold a query or fragment')
    if (proxy && parsed.pathname !== '/')
      return wrong('must be http://host:port or https://host:port, without a path')
    if (!proxy && parsed.protocol === 'http:' && !isLoopback(parsed.hostname))
      return wrong('must begin with https://')
  })
}

const oneOf = (parameter: Parameter): string =>
  (parameter.choices ?? []).map((choice) => choice.value).join(', ')

function number(parameter: Parameter): z.ZodType<unknown, string> {
  const { min = Number.NEGATIVE_INFINITY, max = Number.POSITIVE_INFINITY } = parameter
  const form = parameter.kind === 'integer' ? /^\d+$/ : /^\d+(?:\.\d+)?$/
  const range = `a ${parameter.kind === 'integer' ? 'whole ' : ''}number from ${min} to ${max}`
  return z
    .string()
    .refine((value) => form.test(value) && Number(value) >= min && Number(value) <= max, `must be ${range}`)
}

function schemaOf(parameter: Parameter): z.ZodType<unknown, string> {
  const known = new Set(parameter.choices?.map((choice) => choice.value))
  switch (parameter.kind) {
    case 'url':
      return url(parameter)
    case 'integer':
    case 'decimal':
      return number(parameter)
    case 'boolean':
      return z
        .string()
        .refine((value) => isTrue(value) || falsehoods.has(value.toLowerCase()), 'must be true or false')
    case 'instant':
      return z
        .string()
        .refine(
          (value) => resolveInstant(value, 0) !== undefined,
          'must be an ISO 8601 instant (2026-11-01T00:00:00Z) or relative to now (-24h, -7d)',
        )
    case 'choice':
      return z.string().refine((value) => known.has(value), `must be one of ${oneOf(parameter)}`)
    case 'choices':
      return z
        .string()
        .refine((value) => splitList(value).length > 0, `must name at least one of ${oneOf(parameter)}`)
        .refine(
          (value) => splitList(value).every((item) => known.has(item) || parameter.open === true),
          `may only name ${oneOf(parameter)}`,
        )
        .refine(
          (value) => splitList(value).every((item) => /^[\w.-]{1,64}$/.test(item)),
          'may hold letters, digits, dots, dashes and underscores only',
        )
    case 'secret':
      return secret(parameter)
    default:
      return z.string().refine((value) => !/\p{Cc}/u.test(value), 'must not hold control characters')
  }
}

/** A proxy's password is whatever somebody chose; what a vendor makes has no blanks around it. */
function secret(parameter: Parameter): z.ZodType<unknown, string> {
  const whole = z
    .string()
    .refine(
      (value) => !/\p{Cc}/u.test(value),
      'must not hold line breaks or control characters; copy it again',
    )
    .refine(
      (value) => value === mask || !/^\*+$/.test(value),
      'consists of asterisks; type all of it, or leave the eight asterisks that stand for the stored one',
    )
  if (parameter.group !== 'account') return whole
  const copied = whole.refine((value) => value.trim() === value, 'begins or ends with a blank; copy it again')
  if (!parameter.inHeader) return copied
  return copied.refine(
    (value) => !/[^\x20-\xff]/.test(value),
    'holds a character that no such secret has; copy it again',
  )
}

/**
 * Checks every parameter of a stanza against the definition and fills in the defaults.
 * @throws {Misconfigured} one message that names every parameter that is wrong, and how.
 */
export function readParameters(
  definition: InputDefinition,
  given: ReadonlyMap<string, string>,
): ParameterValues {
  const values = new Map<string, string>()
  const problems: string[] = []
  for (const parameter of definition.parameters) {
    const raw = given.get(parameter.name)
    const value = parameter.kind === 'secret' ? raw : raw?.trim()
    if (value === undefined || value === '') {
      if (parameter.requiredOnCreate) problems.push(`${parameter.name} is missing`)
      else if (parameter.default !== undefined) values.set(parameter.name, parameter.default)
      continue
    }
    const problem = schemaOf(parameter).safeParse(value).error?.issues[0]?.message
    if (problem) problems.push(`${parameter.name} ${problem}${shown(parameter, value)}`)
    else values.set(parameter.name, value)
  }
  problems.push(...contradictions(values))
  if (problems.length > 0) throw new Misconfigured(`Check the parameters: ${problems.join('; ')}.`)
  return new ParameterValues(values)
}

/** A value as a message may show it: no secret, and no user name and password that stand in a URL against the rules. */
function shown({ kind }: Parameter, value: string): string {
  if (kind === 'secret') return ''
  const visible = kind === 'url' ? value.replace(/(\/\/|^)[^/]*@/, '$1…@').replace(/[?#].*/s, '…') : value
  return ` (it is "${visible.slice(0, 200)}")`
}

function contradictions(values: ReadonlyMap<string, string>): string[] {
  const [url, username, password] = ['proxy_url', 'proxy_username', 'proxy_password'].map((name) =>
    values.get(name),
  )
  return [
    ...(username !== undefined && url === undefined
      ? ['proxy_url is missing, though proxy_username is set']
      : []),
    ...(password !== undefined && username === undefined
      ? ['proxy_username is missing, though proxy_password is set']
      : []),
    ...['proxy_username', 'client_id', 'username']
      .filter((name) => values.get(name)?.includes(':'))
      .map((name) => `${name} must not hold a colon`),
  ]
}

/** Whether a secret's value only stands for the one that is stored. */
export const isMasked = (value: string | undefined): boolean => value === mask
