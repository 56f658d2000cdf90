import { describe, expect, it } from 'vitest'
import { evaluate } from './evaluate.ts'
import { evalFunctions } from './functions.ts'
import { parseExpression } from './parser.ts'
import type { Value } from './value.ts'

const lazy = ['if', 'case', 'mvmap', 'mvfilter', 'now']

interface Example {
  readonly expression: string
  readonly fields?: Readonly<Record<string, Value>>
  readonly gives: Value
}

/**
 * The examples of Splunk's Search Reference (help.splunk.com, "Evaluation functions"), with fields that have the values
 * the text speaks of, by function.
 */
const documented: Readonly<Record<string, readonly Example[]>> = {
  case: [
    {
      expression:
        'case(error == 200, "OK", error == 404, "Not found", error == 500, "Internal Server Error")',
      fields: { error: '404' },
      gives: 'Not found',
    },
    {
      expression: 'case(status==200, "OK", status==404, "Not found", true(), "Other")',
      fields: { status: '503' },
      gives: 'Other',
    },
    { expression: 'case(error == 200, "OK")', fields: { error: '404' }, gives: null },
  ],
  coalesce: [
    { expression: 'coalesce(clientip,ipaddress)', fields: { ipaddress: '192.0.2.1' }, gives: '192.0.2.1' },
    {
      expression: 'coalesce(clientip,ipaddress)',
      fields: { clientip: '192.0.2.2', ipaddress: '192.0.2.1' },
      gives: '192.0.2.2',
    },
  ],
  if: [
    { expression: 'if(error == 200, "OK", "Error")', fields: { error: '200' }, gives: 'OK' },
    { expression: 'if(error == 200, "OK", "Error")', fields: { error: '500' }, gives: 'Error' },
  ],
  in: [
    {
      expression: 'if(in(status, "404","500","503"),"true","false")',
      fields: { status: '500' },
      gives: 'true',
    },
    {
      expression: 'if(status IN ("404","500","503"),"true","false")',
      fields: { status: '200' },
      gives: 'false',
    },
  ],
  like: [
    { expression: 'if(like(field, "addr%"), "yes", "no")', fields: { field: 'address' }, gives: 'yes' },
    {
      expression: 'if(ipaddress LIKE "198.%", "yes", "no")',
      fields: { ipaddress: '10.198.0.1' },
      gives: 'no',
    },
  ],
  match: [
    {
      expression: 'if(match(field, "^\\d{1,3}\\.\\d{1,3}\\.\\d{1,3}\\.\\d{1,3}$"), 1, 0)',
      fields: { field: '192.0.2.1' },
      gives: 1,
    },
    {
      expression: 'if(match(field, "^\\d{1,3}\\.\\d{1,3}\\.\\d{1,3}\\.\\d{1,3}$"), 1, 0)',
      fields: { field: 'host' },
      gives: 0,
    },
  ],
  nullif: [
    { expression: 'nullif(fieldA,fieldB)', fields: { fieldA: 'a', fieldB: 'a' }, gives: null },
    { expression: 'nullif(fieldA,fieldB)', fields: { fieldA: 'a', fieldB: 'b' }, gives: 'a' },
  ],
  isnull: [{ expression: 'if(isnull(field),"yes","no")', gives: 'yes' }],
  isnotnull: [{ expression: 'if(isnotnull(field),"yes","no")', fields: { field: 'x' }, gives: 'yes' }],
  null: [{ expression: 'null()', gives: null }],
  true: [{ expression: 'if(true(), "a", "b")', gives: 'a' }],
  false: [{ expression: 'if(false(), "a", "b")', gives: 'b' }],
  lower: [{ expression: 'lower(username)', fields: { username: 'UserName' }, gives: 'username' }],
  upper: [{ expression: 'upper(username)', fields: { username: 'UserName' }, gives: 'USERNAME' }],
  len: [{ expression: 'len(field)', fields: { field: 'hello' }, gives: 5 }],
  replace: [
    {
      expression: 'replace(date, "^(\\d{1,2})/(\\d{1,2})/", "\\2/\\1/")',
      fields: { date: '1/14/2023' },
      gives: '14/1/2023',
    },
  ],
  substr: [{ expression: 'substr("string", 1, 3) + substr("string", -3)', gives: 'string' }],
  trim: [{ expression: 'trim("  ZZZZabcZZ ", " Z")', gives: 'abc' }],
  tonumber: [
    { expression: 'tonumber("0A4",16)', gives: 164 },
    { expression: 'tonumber(store_sales)', fields: { store_sales: '12.5' }, gives: 12.5 },
  ],
  round: [
    { expression: 'round(3.5)', gives: 4 },
    { expression: 'round(2.555, 2)', gives: 2.56 },
  ],
  min: [{ expression: 'min(1, 3, 6, 7, n)', fields: { n: '5' }, gives: 1 }],
  max: [{ expression: 'max(1, 3, 6, 7, n)', fields: { n: '25' }, gives: 25 }],
  now: [{ expression: 'now()', gives: 1_700_000_000 }],
  strptime: [
    { expression: 'strptime(timeStr, "%H:%M")', fields: { timeStr: '01:30' }, gives: 5400 },
    {
      expression: 'strptime("2021-10-13T18:08:21+0200", "%Y-%m-%dT%H:%M:%S%z")',
      gives: Date.UTC(2021, 9, 13, 16, 8, 21) / 1000,
    },
    { expression: 'strptime("no time", "%H:%M")', gives: null },
  ],
  strftime: [
    { expression: 'strftime(_time, "%H:%M")', fields: { _time: 5400 }, gives: '01:30' },
    {
      expression: 'strftime(_time, "%Y-%m-%dT%H:%M:%S")',
      fields: { _time: 0 },
      gives: '1970-01-01T00:00:00',
    },
  ],
  mvappend: [
    {
      expression: 'mvappend(mvappend("localhost", srcip), destip, "192.168.1.1")',
      fields: { srcip: '203.0.113.0', destip: '203.0.113.255' },
      gives: ['localhost', '203.0.113.0', '203.0.113.255', '192.168.1.1'],
    },
  ],
  mvcount: [
    { expression: 'mvcount(multifield)', fields: { multifield: ['a', 'b', 'c'] }, gives: 3 },
    { expression: 'mvcount(From)', fields: { From: 'a@example.com' }, gives: 1 },
    { expression: 'mvcount(Cc)', gives: null },
    { expression: 'mvcount(split(To,"@"))-1', fields: { To: 'a@example.com,b@example.com' }, gives: 2 },
  ],
  mvdedup: [{ expression: 'mvdedup(mvfield)', fields: { mvfield: ['a', 'b', 'a'] }, gives: ['a', 'b'] }],
  mvfilter: [
    {
      expression: 'mvfilter(match(email, "\\.net$") OR match(email, "\\.org$"))',
      fields: { email: ['a@x.net', 'b@x.com', 'c@x.org'] },
      gives: ['a@x.net', 'c@x.org'],
    },
  ],
  mvfind: [
    { expression: 'mvfind(mymvfield, "err\\d+")', fields: { mymvfield: ['ok', 'err404'] }, gives: 1 },
    { expression: 'mvfind(mymvfield, "err\\d+")', fields: { mymvfield: ['ok', 'fine'] }, gives: null },
  ],
  mvindex: [
    {
      expression: 'mvindex(names,2)',
      fields: { names: ['alex', 'celestino', 'claudia', 'david'] },
      gives: 'claudia',
    },
    {
      expression: 'mvindex(names,0,3)',
      fields: { names: ['alex', 'celestino', 'claudia', 'david', 'ikraam'] },
      gives: ['alex', 'celestino', 'claudia', 'david'],
    },
    { expression: 'mvindex(ponies,-1)', fields: { ponies: ['minty', 'pinky', 'rarity'] }, gives: 'rarity' },
    {
      expression: 'mvindex(ponies, -3, -1)',
      fields: { ponies: ['ivory', 'minty', 'pinky', 'rarity'] },
      gives: ['minty', 'pinky', 'rarity'],
    },
    { expression: 'mvindex(names,9)', fields: { names: ['alex', 'wei'] }, gives: null },
  ],
  mvjoin: [{ expression: 'mvjoin(base, " OR ")', fields: { base: ['1', '2', '3'] }, gives: '1 OR 2 OR 3' }],
  mvmap: [
    { expression: 'mvmap(results, results*10)', fields: { results: ['1', '2'] }, gives: ['10', '20'] },
    {
      expression: 'mvmap(results, results*threshold)',
      fields: { results: ['1', '2'], threshold: '3' },
      gives: ['3', '6'],
    },
    {
      expression: 'mvmap(mvindex(results, 1,2), results*threshold)',
      fields: { results: ['1', '2', '3'], threshold: '3' },
      gives: ['6', '9'],
    },
  ],
  mvsort: [{ expression: 'mvsort(m)', fields: { m: ['b', '10', '9', 'a'] }, gives: ['10', '9', 'a', 'b'] }],
  split: [{ expression: 'split(address, ";")', fields: { address: 'a;b;c' }, gives: ['a', 'b', 'c'] }],
}

const run = (expression: string, fields: Readonly<Record<string, Value>> = {}): Value =>
  evaluate(parseExpression(expression), new Map(Object.entries(fields)), { now: 1_700_000_000 })

describe('evaluation functions give what the Search Reference says', () => {
  it('and every one of them has an example', () => {
    expect(Object.keys(documented).sort()).toEqual([...Object.keys(evalFunctions), ...lazy].sort())
  })

  for (const [name, examples] of Object.entries(documented)) {
    it.each(examples)(`${name}: $expression`, ({ expression, fields, gives }) => {
      expect(run(expression, fields)).toEqual(gives)
    })
  }
})

describe('operators', () => {
  it.each([
    ['1 + 2 * 3', 7],
    ['"a" . "b" . 1', 'ab1'],
    ['7 % 4', 3],
    ['if(NOT 1 == 2 AND 2 == 2, "y", "n")', 'y'],
    ['if(1 == 2 OR 2 == 2 XOR 2 == 2, "y", "n")', 'n'],
    ['if("10" == 10.0, "equal", "different")', 'equal'],
    ['if(missing == "x", "y", "n")', 'n'],
    ['if(NOT missing == "x", "y", "n")', 'n'],
    ['missing . "x"', null],
    ['-3 + 5', 2],
  ])('%s', (expression, gives) => {
    expect(run(expression)).toEqual(gives)
  })

  it('take a dot outside of quotes for a concatenation, and fields in single quotes as they are', () => {
    const fields = { 'a.b': 'field', a: 'x', b: 'y' }
    expect(run("'a.b'", fields)).toBe('field')
    expect(run('a.b', fields)).toBe('xy')
  })
})

describe('what is not known is an error', () => {
  it.each([
    ['an unknown function', 'md6(x)', /md6/],
    ['too many arguments', 'lower(x, y)', /2 arguments/],
    ['a text function on a multivalue field', 'lower(m)', /multivalue/],
    ['a comparison of a multivalue field', 'if(m == "a", 1, 0)', /multivalue/],
    ['mvmap over two fields', 'mvmap(mvappend(m, x), m)', /one field/],
    ['an unknown time format', 'strptime("1", "%q")', /%q/],
    ['a regular expression that only PCRE has', 'match(x, "a++")', /PCRE/],
    ['text where a condition is needed', 'if("a", 1, 0)', /condition/],
    ['an unclosed call', 'lower(x', /expected/],
    ['a stray character', 'x ; y', /";/],
  ])('%s', (_, expression, message) => {
    expect(() => run(expression, { x: 'a', m: ['a', 'b'] })).toThrow(message)
  })
})
